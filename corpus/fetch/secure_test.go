//go:debug x509negativeserial=1

package fetch

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// An issuer signs certificates of tests.
type issuer struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func (by *issuer) sign(t *testing.T, serial int64, change func(*x509.Certificate)) *issuer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: fmt.Sprint("test ", serial)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign}
	change(c)
	if by == nil {
		by = &issuer{c, key}
	}
	der, err := x509.CreateCertificate(rand.Reader, c, by.cert, &key.PublicKey, by.key)
	if err != nil {
		t.Fatal(err)
	}
	x, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return &issuer{x, key}
}

func here(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "<html>here</html>") }

// TestMissingIssuer: a server that shows its own certificate only is read when its issuers can be had where the certificates say:
// as one, in PEM, or in a message of PKCS #7; each place is asked once. Where they cannot, and where anything else is wrong, the
// trouble is one of TLS and says what.
func TestMissingIssuer(t *testing.T) {
	t.Parallel()
	root := (*issuer)(nil).sign(t, 1, func(c *x509.Certificate) { c.IsCA = true })
	files := map[string][]byte{}
	var asked atomic.Int32
	aia := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		if b := files[r.URL.Path]; b != nil {
			w.Write(b)
			return
		}
		http.NotFound(w, r)
	}))
	defer aia.Close()
	one := root.sign(t, 2, func(c *x509.Certificate) { c.IsCA = true })
	two := one.sign(t, 3, func(c *x509.Certificate) { c.IsCA = true; c.IssuingCertificateURL = []string{aia.URL + "/one.pem"} })
	files["/one.pem"] = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: one.cert.Raw})
	files["/two.cer"] = two.cert.Raw
	type signed struct {
		Version      int
		Digests      []int `asn1:"set"`
		Content      struct{ Type asn1.ObjectIdentifier }
		Certificates asn1.RawValue
		Signers      []int `asn1:"set"`
	}
	inner := signed{Version: 1, Certificates: asn1.RawValue{Class: 2, Tag: 0, IsCompound: true, Bytes: two.cert.Raw}}
	inner.Content.Type = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}
	message, err := asn1.Marshal(struct {
		Type    asn1.ObjectIdentifier
		Content signed `asn1:"explicit,tag:0"`
	}{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}, inner})
	if err != nil {
		t.Fatal(err)
	}
	files["/two.p7c"] = message
	roots := x509.NewCertPool()
	roots.AddCert(root.cert)

	client := New(Options{Agent: "gongkai/test", AllowPrivate: true, Roots: roots})
	leaf := func(at string, change func(*x509.Certificate)) *issuer {
		return two.sign(t, 4, func(c *x509.Certificate) {
			c.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1)}
			c.IssuingCertificateURL = []string{aia.URL + at}
			change(c)
		})
	}
	as := func(*x509.Certificate) {}
	for name, c := range map[string]struct {
		leaf *issuer
		want string // of the reason; "" = it is read
	}{
		"one after the other": {leaf("/two.cer", as), ""},
		"in PKCS #7":          {leaf("/two.p7c", as), ""},
		"not to be had":       {leaf("/none", as), "unknown authority"},
		"expired": {leaf("/two.cer", func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Minute) }),
			"expired"},
		"of another name": {leaf("/two.cer", func(c *x509.Certificate) { c.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 9)} }),
			"127.0.0.9, not 127.0.0.1"},
		"of nobody": {(*issuer)(nil).sign(t, 9, func(c *x509.Certificate) {
			c.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1)}
		}), "unknown authority"},
	} {
		s := httptest.NewUnstartedServer(http.HandlerFunc(here))
		s.Config.ErrorLog = log.New(io.Discard, "", 0)
		s.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{c.leaf.cert.Raw}, PrivateKey: c.leaf.key}}}
		s.StartTLS()
		a := client.Do(context.Background(), Request{URL: s.URL})
		switch {
		case c.want == "" && (a.Trouble != nil || string(a.Body) != "<html>here</html>"):
			t.Errorf("%s: %v", name, a.Trouble)
		case c.want != "" && (a.Trouble == nil || a.Trouble.Kind != TLS || !strings.Contains(a.Trouble.Reason, c.want)):
			t.Errorf("%s: %v", name, a.Trouble)
		}
		s.Close()
	}
	if n := asked.Load(); n > 4 {
		t.Errorf("%d requests for three certificates, and one that is not there", n)
	}
}

// TestNegativeSerial: a certificate whose number is below nought, as old authorities made them, is read like any other where the
// portal's row says certificate=any.
func TestNegativeSerial(t *testing.T) {
	t.Parallel()
	made := (*issuer)(nil).sign(t, 0x70f1, func(*x509.Certificate) {})
	der := bytes.Replace(made.cert.Raw, []byte{2, 2, 0x70, 0xf1}, []byte{2, 2, 0x80, 0xf1}, 1)
	s := httptest.NewUnstartedServer(http.HandlerFunc(here))
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: made.key}}}
	s.StartTLS()
	defer s.Close()
	if a := quick(true).Do(context.Background(), Request{URL: s.URL, AnyCert: true}); a.Trouble != nil || len(a.Body) == 0 {
		t.Errorf("%v", a.Trouble)
	}
	if a := quick(true).Do(context.Background(), Request{URL: s.URL}); a.Trouble == nil || a.Trouble.Kind != TLS {
		t.Errorf("%v", a.Trouble)
	}
}

// TestNoCipher: a server with which nothing can be agreed on is said to be that.
func TestNoCipher(t *testing.T) {
	t.Parallel()
	s := httptest.NewUnstartedServer(http.NotFoundHandler())
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.TLS = &tls.Config{MinVersion: tls.VersionTLS12, MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_RSA_WITH_RC4_128_SHA}}
	s.StartTLS()
	defer s.Close()
	a := quick(true).Do(context.Background(), Request{URL: s.URL})
	if a.Trouble == nil || a.Trouble.Kind != TLS || !strings.Contains(a.Trouble.Reason, "no version or cipher") {
		t.Errorf("%v", a.Trouble)
	}
}
