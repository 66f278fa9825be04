package main

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// Types of what an image consists of (OCI image format 1.0).
const (
	indexType    = "application/vnd.oci.image.index.v1+json"
	manifestType = "application/vnd.oci.image.manifest.v1+json"
	configType   = "application/vnd.oci.image.config.v1+json"
	layerType    = "application/vnd.oci.image.layer.v1.tar+gzip"
)

// A descriptor names a blob.
type descriptor struct {
	MediaType   string            `json:"mediaType"`
	Digest      string            `json:"digest"`
	Size        int               `json:"size"`
	Platform    *platform         `json:"platform,omitempty"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

type platform struct {
	Architecture string `json:"architecture"`
	OS           string `json:"os"`
}

// nobody runs the program in the image.
const nobody = 65532

// image writes the static programs, by architecture, as one image for container engines: a tar in the OCI layout, which
// podman load, skopeo copy and docker load (from 25 on) read. It holds the program, its licence, and empty folders to
// work in.
func (r *release) image(programs map[string]string, papers []entry) (name string, err error) {
	blobs := map[string][]byte{}
	keep := func(kind string, body []byte) descriptor {
		sum := fmt.Sprintf("%x", sha256.Sum256(body))
		blobs[sum] = body
		return descriptor{MediaType: kind, Digest: "sha256:" + sum, Size: len(body)}
	}
	labels := map[string]string{
		"org.opencontainers.image.title": "gongkai", "org.opencontainers.image.version": "v" + r.version,
		"org.opencontainers.image.licenses": "Apache-2.0",
		"org.opencontainers.image.source":   "https://github.com/gongkai/gongkai",
		"org.opencontainers.image.created":  r.date.Format(time.RFC3339),
	}
	index := struct {
		Schema    int          `json:"schemaVersion"`
		MediaType string       `json:"mediaType"`
		Manifests []descriptor `json:"manifests"`
	}{Schema: 2, MediaType: indexType}
	for _, arch := range slices.Sorted(maps.Keys(programs)) {
		body, err := os.ReadFile(programs[arch])
		if err != nil {
			return "", err
		}
		files := []entry{
			{name: "data/", owner: nobody}, {name: "home/"}, {name: "home/gongkai/", owner: nobody},
			{name: "tmp/", mode: 0o1777},
			{name: "usr/"}, {name: "usr/bin/"}, {name: "usr/bin/gongkai", body: body, mode: 0o755},
			{name: "usr/share/"}, {name: "usr/share/doc/"}, {name: "usr/share/doc/gongkai/"},
		}
		for _, e := range papers {
			if e.name == "LICENSE" || e.name == "NOTICE" {
				files = append(files, entry{name: "usr/share/doc/gongkai/" + e.name, body: e.body})
			}
		}
		var plain, packed bytes.Buffer
		if err := tarred(&plain, files, r.date); err != nil {
			return "", err
		}
		if err := gzipped(&packed, files, r.date, r.level); err != nil {
			return "", err
		}
		config, err := json.Marshal(map[string]any{
			"created": r.date.Format(time.RFC3339), "architecture": arch, "os": "linux",
			"config": map[string]any{
				"User": fmt.Sprintf("%d:%d", nobody, nobody), "Entrypoint": []string{"/usr/bin/gongkai"},
				"WorkingDir": "/data",
				"Env":        []string{"PATH=/usr/bin", "HOME=/home/gongkai"}, "Labels": labels,
			},
			"rootfs": map[string]any{"type": "layers",
				"diff_ids": []string{fmt.Sprintf("sha256:%x", sha256.Sum256(plain.Bytes()))}},
			"history": []any{map[string]any{"created": r.date.Format(time.RFC3339), "created_by": "cmd/release"}},
		})
		if err != nil {
			return "", err
		}
		manifest, err := json.Marshal(map[string]any{
			"schemaVersion": 2, "mediaType": manifestType, "config": keep(configType, config),
			"layers": []descriptor{keep(layerType, packed.Bytes())}, "annotations": labels,
		})
		if err != nil {
			return "", err
		}
		d := keep(manifestType, manifest)
		d.Platform = &platform{arch, "linux"}
		index.Manifests = append(index.Manifests, d)
	}
	all, err := json.Marshal(index)
	if err != nil {
		return "", err
	}
	// one image of several architectures: the layout's index names the image's
	top := index
	d := keep(indexType, all)
	d.Annotations = map[string]string{"org.opencontainers.image.ref.name": "v" + r.version,
		"io.containerd.image.name": "docker.io/gongkai/gongkai:v" + r.version}
	top.Manifests = []descriptor{d}
	layout, err := json.Marshal(top)
	if err != nil {
		return "", err
	}
	files := []entry{{name: "blobs/"}, {name: "blobs/sha256/"}}
	for sum, body := range blobs {
		files = append(files, entry{name: "blobs/sha256/" + sum, body: body})
	}
	files = append(files, entry{name: "index.json", body: layout},
		entry{name: "oci-layout", body: []byte(`{"imageLayoutVersion":"1.0.0"}`)})
	slices.SortFunc(files, func(a, b entry) int { return cmp.Compare(a.name, b.name) })
	var b bytes.Buffer
	if err := tarred(&b, files, r.date); err != nil {
		return "", err
	}
	name = fmt.Sprintf("gongkai_%s_oci.tar", r.version)
	return name, os.WriteFile(filepath.Join(r.out, name), b.Bytes(), 0o644)
}
