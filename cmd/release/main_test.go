package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// tool finds a program that only this test needs.
func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	return path
}

func output(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %q: %v\n%s", name, args, err, out)
	}
	return string(out)
}

// TestRelease makes what is published for this machine, without and with a static program, and has the systems' own
// programs look at it; made again from the same programs it has the same bytes.
func TestRelease(t *testing.T) {
	if os.Getenv("GONGKAI_LONG") != "1" || testing.Short() {
		t.Skip("it builds the program three times: set GONGKAI_LONG=1")
	}
	if runtime.GOOS != "linux" || runtime.GOARCH != "amd64" && runtime.GOARCH != "arm64" {
		t.Skip("packages and image are for Linux")
	}
	ctx := context.Background()
	t.Setenv("SOURCE_DATE_EPOCH", "1790000000")
	withPackages := os.Getenv("CI") == "true" // else nfpm is not fetched: no test reaches the network
	// without -trimpath: nothing is compiled for this test alone
	r := &release{work: t.TempDir(), out: t.TempDir(), level: gzip.BestSpeed, log: io.Discard}
	if err := r.describe(ctx); err != nil {
		t.Fatal(err)
	}
	all, err := r.compile(ctx, []target{{"linux", runtime.GOARCH, false}, {"linux", runtime.GOARCH, true}})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.pack(ctx, all, withPackages); err != nil {
		t.Fatal(err)
	}
	at := func(name string) string { return filepath.Join(r.out, fmt.Sprintf(name, r.version)) }

	t.Run("checksums", func(t *testing.T) {
		cmd := exec.Command("sha256sum", "--check", "--strict", "SHA256SUMS")
		cmd.Dir = r.out
		if out, err := cmd.CombinedOutput(); err != nil || strings.Count(string(out), ": OK\n") < 3 {
			t.Errorf("%v\n%s", err, out)
		}
	})
	for _, kind := range []string{"", "_static"} {
		t.Run("archive"+kind, func(t *testing.T) {
			dir := t.TempDir()
			folder := "gongkai_%s_linux_" + runtime.GOARCH + kind
			output(t, "tar", "-C", dir, "-xzf", at(folder+".tar.gz"))
			in := filepath.Join(dir, fmt.Sprintf(folder, r.version))
			if got := output(t, filepath.Join(in, "gongkai"), "--version"); got != "gongkai v"+r.version+"\n" {
				t.Errorf("%q", got)
			}
			for _, name := range []string{"LICENSE", "man/gongkai-run.1", "completion/gongkai.fish"} {
				if _, err := os.Stat(filepath.Join(in, name)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	t.Run("static", func(t *testing.T) {
		out, err := exec.Command("ldd", filepath.Join(r.work, "linux_"+runtime.GOARCH+"_static",
			"gongkai")).CombinedOutput()
		if strings.Contains(string(out), "=>") {
			t.Errorf("it is linked: %v\n%s", err, out)
		}
	})
	t.Run("deb", func(t *testing.T) {
		if !withPackages {
			t.Skip("nfpm is fetched in CI alone")
		}
		tool(t, "dpkg-deb")
		file := at("gongkai_%s-1_" + runtime.GOARCH + ".deb")
		if got := output(t, "dpkg-deb", "--field", file, "Version"); strings.TrimSpace(got) != r.version+"-1" {
			t.Errorf("version %s", got)
		}
		list := output(t, "dpkg-deb", "--contents", file)
		for _, want := range []string{"-rwxr-xr-x root/root", "./usr/bin/gongkai\n",
			"./usr/share/man/man1/gongkai-archive-check.1", "./usr/share/bash-completion/completions/gongkai\n",
			"./usr/share/doc/gongkai/copyright\n"} {
			if !strings.Contains(list, want) {
				t.Errorf("no %s in\n%s", want, list)
			}
		}
	})
	t.Run("rpm", func(t *testing.T) {
		if !withPackages {
			t.Skip("nfpm is fetched in CI alone")
		}
		tool(t, "rpm")
		arch := map[string]string{"amd64": "x86_64", "arm64": "aarch64"}[runtime.GOARCH]
		list := output(t, "rpm", "--query", "--list", "--package", at("gongkai-%s-1."+arch+".rpm"))
		if !strings.Contains(list, "/usr/bin/gongkai\n") {
			t.Error(list)
		}
	})
	t.Run("image", func(t *testing.T) { look(t, at("gongkai_%s_oci.tar"), "v"+r.version) })
	t.Run("again", func(t *testing.T) {
		before, err := os.ReadFile(filepath.Join(r.out, "SHA256SUMS"))
		if err != nil {
			t.Fatal(err)
		}
		again := *r
		again.work, again.out = t.TempDir(), t.TempDir()
		// another second: a clock that leaks in shows
		time.Sleep(time.Until(time.Now().Truncate(time.Second).Add(time.Second)))
		if err := again.pack(ctx, all, withPackages); err != nil {
			t.Fatal(err)
		}
		after, err := os.ReadFile(filepath.Join(again.out, "SHA256SUMS"))
		if err != nil || !bytes.Equal(before, after) {
			t.Errorf("%v: not the same bytes:\n%s\n%s", err, before, after)
		}
	})
}

// look follows an image from its index to its layers, and has skopeo look too.
func look(t *testing.T, file, version string) {
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	blobs := map[string][]byte{}
	for r := tar.NewReader(f); ; {
		h, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		blobs[h.Name] = body
	}
	open := func(d descriptor, into any) []byte {
		t.Helper()
		body := blobs["blobs/"+strings.Replace(d.Digest, ":", "/", 1)]
		if d.Digest != fmt.Sprintf("sha256:%x", sha256.Sum256(body)) || d.Size != len(body) {
			t.Fatalf("%+v is not there, or is damaged", d)
		}
		if into != nil {
			if err := json.Unmarshal(body, into); err != nil {
				t.Fatal(err)
			}
		}
		return body
	}
	var index struct{ Manifests []descriptor }
	if err := json.Unmarshal(blobs["index.json"], &index); err != nil || len(index.Manifests) != 1 {
		t.Fatalf("%v\n%s", err, blobs["index.json"])
	}
	open(index.Manifests[0], &index)
	var manifest struct {
		Config descriptor
		Layers []descriptor
	}
	open(index.Manifests[0], &manifest)
	var config struct {
		Architecture string
		Config       struct{ Entrypoint []string }
	}
	open(manifest.Config, &config)
	if config.Architecture != runtime.GOARCH || len(config.Config.Entrypoint) != 1 || len(manifest.Layers) != 1 {
		t.Errorf("%+v %+v", config, manifest)
	}
	layer := filepath.Join(t.TempDir(), "layer.tar.gz")
	if err := os.WriteFile(layer, open(manifest.Layers[0], nil), 0o644); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	output(t, "tar", "-C", dir, "--no-same-owner", "-xzf", layer)
	if got := output(t, filepath.Join(dir, config.Config.Entrypoint[0]), "--version"); got != "gongkai "+version+"\n" {
		t.Errorf("%q", got)
	}
	out := output(t, tool(t, "skopeo"), "inspect", "oci-archive:"+file)
	if !strings.Contains(out, `"org.opencontainers.image.version": "`+version+`"`) {
		t.Error(out)
	}
}

func TestChoose(t *testing.T) {
	for only, want := range map[string]int{"": 8, "linux/amd64": 2, "windows/arm64,darwin/arm64": 2, "plan9/386": -1} {
		if got, err := choose(only); err != nil != (want < 0) || err == nil && len(got) != want {
			t.Errorf("%q: %v, %v", only, got, err)
		}
	}
}
