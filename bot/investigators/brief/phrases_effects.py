"""Phrases of messages that change a case: a state, a cause, a change, a decision, a hand-over.

English, German, French, Spanish, Portuguese, Italian, Dutch, Russian; then Chinese, Japanese and
Korean, which need no space around a word.
"""

from bot.investigators.brief.phrases import any_of

STATE = any_of(
    r"\b(?:mitigated|resolved|recover(?:ed|ing)|back (?:up|at|to normal)|all clear|healthy"
    r"|restored|contained|declar(?:e|ed|ing)|sev-?\d"
    r"|(?:at|to|is|are) (?:zero|0)|no more|is over|outage"
    r"|lost for good|(?<!be )gone|(?:going|coming) (?:down|up)|falling|dropping|rising"
    r"|draining|(?:clos(?:ed|ing)|end of) (?:the |this )?(?:incident|bridge|case)"
    r"|status (?:is |now )?(?:red|yellow|green|amber)|went read-only|expired|lags|lagging"
    r"|(?:answers?|works?|up|online|green|responds?|succeeds?|pass|passes|loads?|runs?) again"
    r"|(?:is|are|went|goes|still) (?:down|offline|online|up again|gone"
    r"|degraded|stable|live|stuck|unreachable|full)"
    r"|wieder (?:da|online|erreichbar)|(?:ist|sind) wieder|sinkt|steigt"
    r"|(?:läuft|geht|gehen) (?:wieder|nicht)|behoben"
    r"|ausgefallen|abgelaufen|abgestürzt|wiederhergestellt|hängt|nicht erreichbar"
    r"|rétablie?s?|résolue?s?|en panne|ne répond(?:ent)? (?:plus|pas)|remarche|expirée?"
    r"|fonctionne (?:à|de) nouveau|(?:ya|otra vez) funciona|funciona (?:de nuevo|otra vez)"
    r"|caíd[oa]s?|bajando|subiendo|limpi[oa]s?|caduc(?:ó|ad[oa])"
    r"|resuelt[oa]s?|restablecid[oa]s?|no responden?"
    r"|fora do ar|resolvid[oa]|voltou|risolt[oa]|di nuovo (?:su|online)|opgelost|weer online)\b"
    r"|\b(?:восстанов|заработал|упал|не отвеча|снова работ|истёк|истек|решен)",
    "復旧|解消|まで下が|停止しま|障害|正常に|落ちて|減ってき|下がってき|上限に達|枯渇|失敗して|期限切れ"
    "|つながら|応答しな|恢复|已解决|宕机|挂了|不可用|已过期|磁盘满|복구|정상화|다운|장애|해결|만료",
)
CAUSE = any_of(
    r"\b(?:(?:root|two|the|one) causes?\b(?! unknown| unclear)|caused by|because"
    r"|due to|culprit|turn(?:s|ed) out|the reason|traced to"
    r"|broke (?:it|the|in)|to blame|it was (?:the|a|my|our|commit)|introduced (?:in|by|with)"
    r"|comes? from|came from|so (?:maybe )?it['’]s (?:the|a)|liegt an|lag an|ursache"
    r"|wegen|verursacht|weil|grund (?:ist|war)|à cause d|la cause|causée? par|vient d[eu]"
    r"|la causa|por culpa de|causad[oa] por|debido a|se debe a|por causa|causat[oa] da|oorzaak)\b"
    r"|\b(?:из-за|причин|вызван)",
    "原因|のため|によるもの|せいで|因为|由于|导致|원인|때문",
)
CHANGE = any_of(
    r"\b(?:roll(?:ed|ing)? ?(?:\S+ ){0,4}back|(?:re)?open(?:ed|ing) (?:up )?(?:the )?"
    r"(?:port|firewall|rule|\d{2,5}\b)|revert(?:ed|ing)|(?:re)?deploy(?:ed|ing)|reboot(?:ed|ing)"
    r"|restart(?:ed|ing)|block(?:ed|ing)|isolat(?:ed|ing)|quarantin(?:ed|ing)|disabl(?:ed|ing)"
    r"|deactivat(?:ed|ing)|revok(?:ed|ing)|rotat(?:ed|ing)|reset|kill(?:ed|ing)|lock(?:ed|ing)"
    r"|terminat(?:ed|ing)|scal(?:ed|ing)|fail(?:ed|ing) over|drain(?:ed|ing)"
    r"|patch(?:ed|ing)|upgrad(?:ed|ing)|pinned|remov(?:ed|ing)|delet(?:ed|ing)"
    r"|sinkholed|flush(?:ed|ing)|merged|suspended|issu(?:ed|ing)|stopp(?:ed|ing)|shut down"
    r"|pull(?:ed|ing) the|applied|enabled|(?:took|taken|taking) .{1,40} off(?:line| the)|moved"
    r"|switched|(?<!nothing )changed|released|fixed|replac(?:ed|ing)|went (?:out|live)|shipped"
    r"|rolled out|frozen|throttled|unplugged|purg(?:ed|ing)|cordon(?:ed|ing)|detached"
    r"|extended|expanded|resized|renewed|reissued|reload(?:ed|ing)|evicted|paused|resumed"
    r"|re-?routed|bumped|promoted|truncated|raised the|lowered the|added (?:a|the|an) (?:rule"
    r"|index|node|replica|disk|filter|limit)|turned (?:it |them |\S+ )?o(?:n|ff)"
    r"|hotfix(?:ed)?|silenced"
    r"|geändert|gesperrt|blockiert|neu ?(?:gestartet|geladen)|zurückgerollt|isoliert|deaktiviert"
    r"|aktualisiert|geleert|zurückgesetzt|eingespielt|widerrufen|angelegt|abgeschaltet|umgestellt"
    r"|ausgerollt|erneuert|(?:aus)?getauscht|erhöht|gesenkt|erweitert|gelöscht|entfernt|gestoppt"
    r"|freigegeben|ist drin|gepatcht|deployt|redémarrée?|relancée?|purgée?|rechargée?|bloquée?"
    r"|désactivée?|déployée?|restaurée?|renouvelée?|corrigée?|isolée?"
    r"|bloquead[oa]s?|revertid[oa]s?|reinici(?:ad[oa]s?|é|ei)|cerrad[oa]s?|renovad[oa]s?"
    r"|desplegad[oa]s?|actualizad[oa]s?|cambiad[oa]s?|desactivad[oa]s?|aislad[oa]s?"
    r"|riavviat[oa]|bloccat[oa]|herstart|geblokkeerd|teruggedraaid)\b"
    r"|\b(?:перезапуст|перезагруз|откати|заблокир|отключ|обнови|задепло|выкати|удалил|изолир|почини)",
    "変更しま|戻しまし|切り替わ|ブロックし|再起動し|ロールバック|切り戻し|無効化|遮断し|隔離し|更新しま"
    "|パッチ|デプロイし|増やしまし|減らしまし|入れ替え|適用しまし|修正しまし|削除しまし"
    "|重启了|已重启|回滚|封禁|已封|屏蔽|隔离|扩容|切换|已更换|修复了|禁用|재시작|롤백|차단|격리|배포했|교체했",
)
DECISION = any_of(
    r"\b(?:decided|decision|we(?: wi|['’])ll|let['’]?s|agreed|going with|we won['’]t"
    r"|we(?:['’]re| are)? (?:keep(?:ing)? the|wait(?:ing)?\b|stay(?:ing)?\b"
    r"|leav(?:e|ing) (?:it|the)|hold(?:ing)? off)|nobody (?:deploys|touches|restarts)"
    r"|stand(?:ing)? down|freeze (?:all|the)|the plan is|approved|signed off"
    r"|entschieden|beschlossen|vereinbart"
    r"|wir (?:machen|warten|gehen|lassen|bleiben|nehmen|schalten)"
    r"|on (?:garde|attend|laisse|décide)|décidé|decidimos|decidido|acordamos|abbiamo deciso"
    r"|besloten)\b|\b(?:решили|договорил|оставляем)",
    "決定|することにし|方針|様子を見|見送|决定|先不|결정|하기로",
)
HANDOVER = any_of(
    r"\b(?:taking (?:ic|over|this|it|the)|i have ic|\bic\b|incident command(?:er)?|on it|owner is"
    r"|hand(?:ing|ed)? (?:(?:it|this) )?over|handoff|paged|paging|escalat(?:ed|ing|e)"
    r"|i['’]?ll take"
    r"|my shift (?:ends|is over)|signing off|(?:have|has) (?:the )?comms|comms (?:is|are) mine"
    r"|übernehme|übernimmt|übergebe|mache? ich|kümmere mich|je (?:prends|m['’]en occupe)"
    r"|prend le relais|me encargo|lo (?:miro|llevo) yo|eu assumo|me ne occupo|ik pak)\b"
    r"|\b(?:беру на себя|передаю|займусь)",
    "引き継|担当しま|対応しま|対応中|交代|我来|交接|接手|제가 맡|인계|담당하",
)
COMMAND = any_of(
    r"\b(?:ic|incident command(?:er)?|hand(?:ing|ed)? (?:(?:it|this) )?over|my shift|übergebe"
    r"|übernehme|передаю)\b",
    "引き継|交代|交接|인계",
)
"""Among hand-overs: who leads from now on."""
