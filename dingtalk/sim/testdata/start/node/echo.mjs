import axios from "axios";
import { DWClient, TOPIC_ROBOT } from "dingtalk-stream";
const { SIM, CLIENT_ID: clientId, CLIENT_SECRET: clientSecret } = process.env;
axios.interceptors.request.use((r) => Object.assign(r, { url: r.url.replace(/^https:\/\/o?api\.dingtalk\.com/, SIM) }));
const bot = new DWClient({ clientId, clientSecret });
bot.registerCallbackListener(TOPIC_ROBOT, async (frame) => {
  bot.socketCallBackResponse(frame.headers.messageId, null);
  const m = JSON.parse(frame.data);
  await axios.post(m.sessionWebhook, { msgtype: "text", text: { content: "你说：" + m.text.content } });
});
await bot.connect();
