package main

import (
	"context"
	"os"

	"github.com/open-dingtalk/dingtalk-stream-sdk-go/chatbot"
	"github.com/open-dingtalk/dingtalk-stream-sdk-go/client"
)

func main() {
	bot := client.NewStreamClient(client.WithOpenApiHost(os.Getenv("SIM")),
		client.WithAppCredential(client.NewAppCredentialConfig(os.Getenv("CLIENT_ID"), os.Getenv("CLIENT_SECRET"))))
	bot.RegisterChatBotCallbackRouter(func(ctx context.Context, m *chatbot.BotCallbackDataModel) ([]byte, error) {
		return nil, chatbot.NewChatbotReplier().SimpleReplyText(ctx, m.SessionWebhook, []byte("你说："+m.Text.Content))
	})
	if err := bot.Start(context.Background()); err != nil {
		panic(err)
	}
	select {}
}
