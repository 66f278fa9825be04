package extract

import "context"

func readPDF(ctx context.Context, doc *Document, body []byte) error {
	return &Unreadable{"pdf"}
}
