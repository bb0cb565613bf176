// Package charts draws the pictures that chat, pages and the command line share. A picture is laid out once, as rectangles, lines and words (drawing.go), and
// written as SVG, which needs nothing, or as PNG, which needs a Chinese font on the machine. Whole numbers only: money is never a fraction of a pixel.
package charts
