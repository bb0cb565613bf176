// Package web has the pages for people who cannot come to the chat. They need no script, are kept in no cache, and tell nobody
// anything but what they were asked for with the right token.
package web
