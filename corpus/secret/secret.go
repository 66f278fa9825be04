// Package secret knows what must not be said: passwords in addresses of databases and mail servers, tokens in addresses
// of webhooks, keys of stores. It is the one room in which they are taken out of what is printed, kept or sent.
//
// Two ways are joined. URL leaves out of an address what is secret in it by its form; what says where something is kept
// is said through it. A Keeper knows the secrets of a process by their values, and takes them out of all that is
// written, whoever wrote it: also out of the errors of libraries, which say addresses whole.
package secret

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Mark stands where a secret stood.
const Mark = "***"

// names of parameters of an address whose value is a secret: a parameter with one of these in its name, in any case.
var names = []string{"token", "secret", "password", "passwd", "passphrase", "key", "sign", "credential", "auth"}

// open are parameters with such a name that are none.
var open = []string{"use_path_style", "sslkey", "keepalives", "keyspace"}

func isSecret(name string) bool {
	name = strings.ToLower(name)
	return !slices.Contains(open, name) && slices.ContainsFunc(names, func(s string) bool { return strings.Contains(name, s) })
}

// hooks are hosts on which the path is the secret: how many of its parts may be said.
var hooks = map[string]int{"open.feishu.cn": 4, "open.larksuite.com": 4, "hooks.slack.com": 1, "discord.com": 2}

// URL is an address without what is secret in it: the password, parameters that are tokens and keys, on hosts of robots
// the path. What is no address with any of these stays as it is. An address that cannot be read is left out whole where it could
// hold a password.
func URL(s string) string {
	u, err := url.Parse(s)
	if err != nil {
		if scheme, _, ok := strings.Cut(s, "://"); ok {
			return scheme + "://" + Mark
		}
		return s
	}
	if u.Host == "" {
		return s
	}
	out := *u
	if u.User != nil {
		if _, has := u.User.Password(); has {
			out.User = url.User("\x00")
		}
	}
	if parts := strings.Split(u.Path, "/"); hooks[u.Hostname()] > 0 && len(parts)-1 > hooks[u.Hostname()] {
		out.Path, out.RawPath = strings.Join(parts[:hooks[u.Hostname()]+1], "/")+"/"+Mark, ""
	}
	if u.RawQuery != "" {
		var kept []string
		for _, p := range strings.Split(u.RawQuery, "&") {
			name, _, valued := strings.Cut(p, "=")
			if plain, err := url.QueryUnescape(name); valued && (err != nil || isSecret(plain)) {
				p = name + "=" + Mark
			}
			kept = append(kept, p)
		}
		out.RawQuery = strings.Join(kept, "&")
	}
	text := out.String()
	if out.User != nil && out.User.Username() == "\x00" {
		text = strings.Replace(text, "%00@", url.User(u.User.Username()).String()+":"+Mark+"@", 1)
	}
	return strings.ReplaceAll(text, "/"+url.PathEscape(Mark), "/"+Mark)
}

// Hook is the host of an address whose path and parameters may all be secret, as those of webhooks are.
func Hook(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" {
		return Mark
	}
	return u.Scheme + "://" + u.Host + "/" + Mark
}

// Of gives the secrets in a value of a flag or of the environment: of an address its password and its secret
// parameters, with what stands around short ones; with whole set the value itself and all of its path and parameters
// too.
func Of(value string, whole bool) (out []string) {
	if value == "" {
		return nil
	}
	u, err := url.Parse(value)
	if err != nil || u.Host == "" {
		if whole || err != nil {
			out = append(out, value)
		}
		return out
	}
	if p, has := u.User.Password(); has && p != "" {
		raw := strings.TrimPrefix(u.User.String(), url.User(u.User.Username()).String()+":")
		out = append(out, p, raw, ":"+raw+"@", ":"+p+"@")
		// as mail servers are told it
		out = append(out, base64.StdEncoding.EncodeToString([]byte(p)),
			base64.StdEncoding.EncodeToString([]byte("\x00"+u.User.Username()+"\x00"+p)))
	}
	for _, p := range strings.Split(u.RawQuery, "&") {
		name, v, _ := strings.Cut(p, "=")
		if v == "" || !whole && !isSecret(name) {
			continue
		}
		out = append(out, v, name+"="+v)
		if plain, err := url.QueryUnescape(v); err == nil {
			out = append(out, plain)
		}
	}
	if whole {
		out = append(out, value, u.Host+u.RequestURI())
		for _, part := range strings.Split(u.Path, "/") {
			if len(part) >= longPart {
				out = append(out, part)
			}
		}
	}
	return out
}

// longPart is the length from which a part of the path of a webhook is taken to be its token.
const longPart = 16

// Environment names the variables that are secrets, or addresses that hold some.
var Environment = []string{"GONGKAI_WEBHOOK", "GONGKAI_WEBHOOK_SECRET", "GONGKAI_SMTP", "GONGKAI_DB", "GONGKAI_ARCHIVE",
	"AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "PGPASSWORD"}

// Environ is the environment of this process without secrets, for programs that it starts: what reads hostile bytes
// needs none.
func Environ() []string {
	return slices.DeleteFunc(os.Environ(), func(s string) bool {
		name, _, _ := strings.Cut(s, "=")
		return slices.Contains(Environment, name) || strings.HasPrefix(name, "AWS_")
	})
}

// short is the length under which a value is not taken out wherever it stands: it would stand in numbers and words that
// are none. What stands around it in its address is taken out with it.
const short = 8

// A Keeper takes the secrets that it knows out of texts. The zero one knows none. It is safe for use by several
// goroutines once it has been filled.
type Keeper struct{ values []string }

// Add makes values known, each also as addresses, JSON and Go write it.
func (k *Keeper) Add(values ...string) {
	for _, v := range values {
		for _, form := range forms(v) {
			bare := !strings.ContainsAny(form, ":=@/?")
			if form == "" || bare && len(form) < short || len(form) < 4 || slices.Contains(k.values, form) {
				continue
			}
			k.values = append(k.values, form)
		}
	}
	slices.SortFunc(k.values, func(a, b string) int { return len(b) - len(a) }) // the longest first: others stand in it
}

func forms(v string) []string {
	out := []string{v, url.QueryEscape(v), url.PathEscape(v)}
	if b, err := json.Marshal(v); err == nil {
		out = append(out, string(b[1:len(b)-1]))
	}
	quoted := strconv.Quote(v)
	return append(out, quoted[1:len(quoted)-1])
}

// Knows reports whether there is anything to take out.
func (k *Keeper) Knows() bool { return len(k.values) > 0 }

// Text is a text without the secrets.
func (k *Keeper) Text(s string) string {
	for _, v := range k.values {
		if strings.Contains(s, v) {
			s = strings.ReplaceAll(s, v, around(v))
		}
	}
	return s
}

// around keeps what stands around a short value.
func around(v string) string {
	switch name, _, ok := strings.Cut(v, "="); {
	case ok && isSecret(name) && !strings.ContainsAny(name, "/?:"):
		return name + "=" + Mark
	case strings.HasPrefix(v, ":") && strings.HasSuffix(v, "@"):
		return ":" + Mark + "@"
	}
	return Mark
}

// Error is an error whose text has no secrets; what it is stays known to errors.Is and errors.As.
func (k *Keeper) Error(err error) error {
	if err == nil || k.Text(err.Error()) == err.Error() {
		return err
	}
	return &hidden{err, k.Text(err.Error())}
}

type hidden struct {
	error
	text string
}

func (h *hidden) Error() string { return h.text }
func (h *hidden) Unwrap() error { return h.error }

// Text is the text of an error without the addresses that it says whole: those of errors of HTTP clients are left out.
func Text(err error) string {
	var u *url.Error
	if errors.As(err, &u) {
		return strings.ReplaceAll(err.Error(), u.URL, Hook(u.URL))
	}
	return err.Error()
}

// A Writer takes secrets out of what is written through it, also where one is written in pieces: what may be the
// beginning of one is held back until more comes, or Flush.
type Writer struct {
	to   io.Writer
	k    *Keeper
	mu   sync.Mutex
	held []byte
}

// Writer gives one to w; w itself where nothing is known.
func (k *Keeper) Writer(w io.Writer) *Writer { return &Writer{to: w, k: k} }

// Write implements io.Writer. It says that all was written, also what is held back.
func (w *Writer) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	all := string(append(w.held, p...))
	all = w.k.Text(all)
	keep := w.k.begun(all)
	w.held = append(w.held[:0], all[len(all)-keep:]...)
	if _, err := io.WriteString(w.to, all[:len(all)-keep]); err != nil {
		return 0, err
	}
	return len(p), nil
}

// Flush writes what was held back.
func (w *Writer) Flush() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	_, err := w.to.Write(w.held)
	w.held = w.held[:0]
	return err
}

// Unwrap is what is written to: for those who ask whether it is a terminal.
func (w *Writer) Unwrap() io.Writer { return w.to }

// begun is the length of the longest end of a text that is the beginning of a secret.
func (k *Keeper) begun(s string) (longest int) {
	for _, v := range k.values {
		for n := min(len(v)-1, len(s)); n > longest; n-- {
			if strings.HasSuffix(s, v[:n]) {
				longest = n
			}
		}
	}
	return longest
}
