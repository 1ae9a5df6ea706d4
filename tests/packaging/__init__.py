"""What is handed to others: the wheel, the image, the units."""
