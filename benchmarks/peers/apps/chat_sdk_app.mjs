// Vercel's Chat SDK, over HTTP: served by bare node:http, the lightest front there is.
// State in memory, or in Redis where REDIS_URL is set.
import http from "node:http";
import { Chat } from "chat";
import { createSlackAdapter } from "@chat-adapter/slack";

const { env } = process;
const state = env.REDIS_URL
  ? (await import("@chat-adapter/state-redis")).createRedisState({ url: env.REDIS_URL })
  : (await import("@chat-adapter/state-memory")).createMemoryState();
const slack = createSlackAdapter({
  botToken: env.SLACK_BOT_TOKEN,
  apiUrl: env.SLACK_API_URL,
  signingSecret: env.SLACK_SIGNING_SECRET,
});
const bot = new Chat({
  userName: "benchbot",
  adapters: { slack },
  state,
  concurrency: "drop",
  logger: "silent",
});
bot.onNewMention(async (thread, message) => {
  await thread.post(`re: ${/tok[0-9a-f]{10}z/.exec(message.text)[0]}`);
});
await bot.initialize();

const options = { waitUntil: (work) => void work.catch(() => {}) };
http
  .createServer((req, res) => {
    const chunks = [];
    req.on("data", (chunk) => chunks.push(chunk));
    req.on("end", async () => {
      const request = new Request(`http://127.0.0.1${req.url}`, {
        method: "POST",
        headers: req.headers,
        body: Buffer.concat(chunks),
      });
      const answer = await bot.webhooks.slack(request, options);
      const text = await answer.text();
      res.writeHead(answer.status, { "content-length": Buffer.byteLength(text) });
      res.end(text);
    });
  })
  .listen(Number(env.PORT), "127.0.0.1");
