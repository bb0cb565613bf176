package dingtalk

import (
	"encoding/json"
	"errors"
	"time"
)

// Frames of the stream, one JSON text message each. Source: developerpedia learn/stream/protocol.
const (
	frameSystem   = "SYSTEM"
	frameEvent    = "EVENT"
	frameCallback = "CALLBACK"

	topicMessage    = "/v1.0/im/bot/messages/get"
	topicAll        = "*"
	topicPing       = "ping"
	topicDisconnect = "disconnect"
)

// frame is what the server sends. The page shows one sample with header in the singular; values are strings there and
// numbers now and then.
type frame struct {
	Type    text    `json:"type"`
	Headers headers `json:"headers"`
	Header  headers `json:"header"`
	Data    payload `json:"data"`
}

type headers struct {
	Topic     text   `json:"topic"`
	MessageID text   `json:"messageId"`
	EventID   text   `json:"eventId"`
	EventType text   `json:"eventType"`
	CorpID    text   `json:"eventCorpId"`
	Born      number `json:"eventBornTime"`
}

// UnmarshalJSON never fails: headers of another shape are none.
func (h *headers) UnmarshalJSON(b []byte) error {
	type plain headers
	var p plain
	_ = json.Unmarshal(b, &p)
	*h = headers(p)
	return nil
}

// payload is the frame's data: JSON written as a string; taken also when it is JSON right there.
type payload []byte

func (p *payload) UnmarshalJSON(b []byte) error {
	var s string
	if json.Unmarshal(b, &s) == nil {
		*p = payload(s)
		return nil
	}
	*p = append(payload(nil), b...)
	return nil
}

var errBadFrame = errors.New("dingtalk: not a frame")

func readFrame(b []byte) (frame, error) {
	var f frame
	if err := json.Unmarshal(b, &f); err != nil || f.Type == "" {
		return frame{}, errBadFrame
	}
	if f.Headers == (headers{}) {
		f.Headers = f.Header
	}
	return f, nil
}

// event makes an Event of a CALLBACK with a robot message or of an EVENT.
func (f frame) event(now time.Time) (Event, error) {
	h := f.Headers
	e := Event{Via: "stream", Frame: string(h.MessageID), CorpID: string(h.CorpID), Born: h.Born.millis(), At: now, Data: json.RawMessage(f.Data)}
	if f.Type == frameCallback {
		m, err := readMessage(f.Data)
		if err != nil {
			return Event{}, err
		}
		e.Type, e.Message, e.Born, e.CorpID = RobotMessage, m, m.Created, m.RobotCorp
		id := m.ID
		if id == "" {
			id = e.Frame
		}
		e.ID = eventKey(id, f.Data)
		return e, nil
	}
	e.Type = string(h.EventType)
	if len(f.Data) > 0 && !json.Valid(f.Data) {
		return Event{}, errNotAnObject
	}
	id := string(h.EventID)
	if id == "" {
		id = e.Frame
	}
	e.ID = eventKey(id, f.Data)
	return e, nil
}

// Codes of an answer. 404 is a topic that nobody handles here.
const (
	ackOK       = 200
	ackNotFound = 404
	ackFailed   = 500
)

// ack is the answer to one frame.
type ack struct {
	Code    int               `json:"code"`
	Message string            `json:"message"`
	Headers map[string]string `json:"headers"`
	Data    string            `json:"data"`
}

func (f frame) ack(code int, message, data string) []byte {
	b, _ := encode(ack{code, message, map[string]string{"messageId": string(f.Headers.MessageID), "contentType": "application/json"}, data}) // strings always encode
	return b
}

// accepted is the answer to an event that is safe with us. What a robot message is answered with is ignored.
func (f frame) accepted() []byte {
	if f.Type == frameEvent {
		return f.ack(ackOK, "OK", `{"status":"SUCCESS","message":"ok"}`)
	}
	return f.ack(ackOK, "OK", `{"response":null}`)
}

// later asks for an event once more. There is no such answer for a robot message: one that is not answered at all is brought again after
// about a minute (dingtalk-stream-sdk-nodejs src/client.ts), one answered with a failure is not said to be.
func (f frame) later() []byte {
	if f.Type == frameEvent {
		return f.ack(ackFailed, "handler failed", `{"status":"LATER","message":"try again"}`)
	}
	return nil
}
