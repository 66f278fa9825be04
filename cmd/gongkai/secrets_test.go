package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gongkai/gongkai/corpus/loopback"
)

// TestSecrets plants ten secrets in flags and in the environment, has every command that takes them work and fail in all
// ways, and looks through all that is printed, kept beside the crawl, published or served: none is there, in no form.
func TestSecrets(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it starts the program many times; not with -short")
	}
	planted := map[string]string{
		"password of the database": "Db/pass+word&1",
		"password of mail":         "Mail%pass word",
		"token of 钉钉":              "ding0123456789abcdef",
		"key of 企业微信":              "693a91f6-7xxx-4bc4-97a0",
		"hook of 飞书":               "xx-feishu-hook-0123456789",
		"secret of signatures":     "SECthis-is-secret",
		"key of a store":           "wJalrXUtnFEMI/K7MDENG",
		"key in an address":        "store+key/in=address",
		"token of a store":         "FwoGZXIvYXdzEJr//session",
		"token of a generic hook":  "tok_en-in-a-generic-hook",
	}
	dir := t.TempDir()
	portals := sites(t, dir, loopback.TRS())
	refuses := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusForbidden) // and says all that it was told
		fmt.Fprint(w, r.URL, r.Header)
	}))
	defer refuses.Close()
	dead := "http://127.0.0.1:9"
	db := "postgres://u:" + url.QueryEscape(planted["password of the database"]) + "@127.0.0.1:9/x?connect_timeout=1"
	smtp := "smtp://u:" + url.PathEscape(planted["password of mail"]) + "@127.0.0.1:9"
	s3 := "s3://bucket?region=r&endpoint=http%3A%2F%2F127.0.0.1%3A9&use_path_style=true&secret_key=" +
		url.QueryEscape(planted["key in an address"])
	hooks := map[string]string{
		"dingtalk": dead + "/robot/send?access_token=" + planted["token of 钉钉"],
		"wecom":    refuses.URL + "/cgi-bin/webhook/send?key=" + planted["key of 企业微信"],
		"feishu":   dead + "/open-apis/bot/v2/hook/" + planted["hook of 飞书"],
		"json":     refuses.URL + "/" + planted["token of a generic hook"],
	}
	work, dataset := filepath.Join(dir, "w"), filepath.Join(dir, "dataset")
	crawl := []string{"--portals", portals, "--only", "--pace", "1ms", "--allow-private"}
	mail := []string{"--smtp", smtp, "--mail-from", "a@example.org", "--mail-to", "b@example.org"}
	with := func(parts ...[]string) (out []string) {
		for _, p := range parts {
			out = append(out, p...)
		}
		return out
	}
	var said bytes.Buffer
	run := func(args ...string) {
		cmd := exec.Command(os.Args[0], args...)
		cmd.Args[0] = "gongkai"
		cmd.Env = append(os.Environ(), "AWS_ACCESS_KEY_ID=a", "AWS_SECRET_ACCESS_KEY="+planted["key of a store"],
			"AWS_SESSION_TOKEN="+planted["token of a store"], "AWS_MAX_ATTEMPTS=1", "GONGKAI_SMTP="+smtp,
			"GONGKAI_WEBHOOK_SECRET="+planted["secret of signatures"])
		out, _ := cmd.CombinedOutput() // that some fail is what is wanted
		fmt.Fprintf(&said, "$ %q\n", args[:2])
		said.Write(out)
	}
	// the first finds; the second has news, by a report that has vanished
	run(with([]string{"update", "--work", work, "--out", dataset, "-q"}, crawl)...)
	run(with([]string{"crawl", "--work", work, "--year", "2019", "-q"}, crawl)...)
	for as, at := range hooks {
		run(with([]string{"update", "--json", "--work", work, "--out", dataset, "--webhook", at, "--webhook-as", as, "--feed",
			filepath.Join(dir, "news.atom")}, mail, crawl)...)
		run(with([]string{"crawl", "--due", "--work", work, "--webhook", at, "--webhook-as", as}, mail, crawl)...)
	}
	run("status", "--work", work, "--db", db)
	run("status", "--work", work, "--archive", s3, "--json", "--portals", portals, "--only")
	run(with([]string{"crawl", "--work", filepath.Join(dir, "x"), "--archive", s3}, crawl)...)
	run(with([]string{"update", "--work", filepath.Join(dir, "y"), "--out", dataset, "--db", db, "--archive", s3}, crawl)...)
	run("work", "--db", db, "--archive", s3)
	run("archive", "check", "--archive", s3)
	run("archive", "list", "--archive", s3+"%zz")
	run("run", "--from", work, "--db", db, "--archive", s3, "--out", filepath.Join(dir, "none"))
	run("run", "--from", work, "--db", strings.Replace(db, "@", "%zz@", 1), "--out", filepath.Join(dir, "none"))
	run("serve", dataset, "--archive", s3, "--addr", "256.0.0.1:0")
	run("crawl", "--smtp", "imap"+smtp, "--webhook", "ftp://"+planted["token of a generic hook"], "--work", work)
	run("crawl", "--no-such-flag", hooks["json"])
	if !strings.Contains(said.String(), "127.0.0.1:9") || !strings.Contains(said.String(), "news could not be told") {
		t.Fatalf("nothing of what was to fail did:\n%s", said.String())
	}
	look := func(where string, b []byte) {
		text := string(b)
		for what, v := range planted {
			for _, form := range []string{v, url.QueryEscape(v), url.PathEscape(v), base64.StdEncoding.EncodeToString([]byte(v)),
				strings.ReplaceAll(v, "&", `\u0026`)} {
				if strings.Contains(text, form) {
					i := strings.Index(text, form)
					t.Errorf("%s: the %s: …%q…", where, what, text[max(0, i-200):min(len(text), i+80)])
				}
			}
		}
	}
	look("what was printed", said.Bytes())
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		look(path, b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
