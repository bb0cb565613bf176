# Not run by the tests. DINGTALK_OPENAPI_ENDPOINT says where DingTalk is.
import os
import dingtalk_stream


class Echo(dingtalk_stream.ChatbotHandler):
    async def process(self, callback):
        m = dingtalk_stream.ChatbotMessage.from_dict(callback.data)
        self.reply_text("你说：" + m.text.content, m)
        return dingtalk_stream.AckMessage.STATUS_OK, "OK"


bot = dingtalk_stream.DingTalkStreamClient(dingtalk_stream.Credential(os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"]))
bot.register_callback_handler(dingtalk_stream.ChatbotMessage.TOPIC, Echo())
bot.start_forever()
