package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// A dial makes a connection, as net.Dialer.DialContext does.
type dial func(ctx context.Context, network, address string) (net.Conn, error)

// secured dials and shakes hands within limit. A handshake fails as the server's answer says.
func secured(dial dial, limit time.Duration, config func(ctx context.Context, host string) *tls.Config) dial {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		host, _, err := net.SplitHostPort(address)
		if err != nil {
			return nil, err
		}
		c, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		ctx, cancel := context.WithTimeout(ctx, limit)
		defer cancel()
		secure := tls.Client(c, config(ctx, host))
		if err := secure.HandshakeContext(ctx); err != nil {
			c.Close()
			return nil, err
		}
		return &headConn{Conn: secure}, nil
	}
}

// anything is for portals whose row says certificate=any: no certificate is looked at, and the keys of old servers, by RSA,
// are agreed to.
func anything(_ context.Context, host string) *tls.Config {
	c := &tls.Config{ServerName: host, MinVersion: tls.VersionTLS10, InsecureSkipVerify: true}
	for _, suites := range [][]*tls.CipherSuite{tls.CipherSuites(), tls.InsecureCipherSuites()} {
		for _, s := range suites {
			c.CipherSuites = append(c.CipherSuites, s.ID)
		}
	}
	return c
}

// checked verifies the certificate as crypto/tls does, and where only an issuer between it and a root is missing fetches that,
// as browsers do. Old versions are many; what is fetched is public.
func (c *Client) checked(ctx context.Context, host string) *tls.Config {
	return &tls.Config{ServerName: host, MinVersion: tls.VersionTLS10,
		InsecureSkipVerify: true, // by VerifyConnection instead
		VerifyConnection: func(s tls.ConnectionState) error {
			if err := c.verify(ctx, s.PeerCertificates, host); err != nil {
				return &tls.CertificateVerificationError{UnverifiedCertificates: s.PeerCertificates, Err: err}
			}
			return nil
		}}
}

// mostIssuers is how many issuers in a row are fetched.
const mostIssuers = 3

func (c *Client) verify(ctx context.Context, chain []*x509.Certificate, host string) error {
	if len(chain) == 0 {
		return errors.New("the server shows no certificate")
	}
	between := x509.NewCertPool()
	for _, x := range chain[1:] {
		between.AddCert(x)
	}
	o := x509.VerifyOptions{DNSName: host, Roots: c.o.Roots, Intermediates: between}
	_, err := chain[0].Verify(o)
	var unknown x509.UnknownAuthorityError
	for top, n := topOf(chain), 0; errors.As(err, &unknown) && n < mostIssuers; n++ {
		found := c.issuersOf(ctx, top)
		if len(found) == 0 {
			return err
		}
		for _, x := range found {
			between.AddCert(x)
			if top.CheckSignatureFrom(x) == nil {
				top = x
			}
		}
		_, err = chain[0].Verify(o)
	}
	return err
}

// topOf is the certificate of a chain whose issuer is not in it.
func topOf(chain []*x509.Certificate) *x509.Certificate {
	top := chain[0]
	for range chain {
		for _, x := range chain {
			if x != top && top.CheckSignatureFrom(x) == nil {
				top = x
				break
			}
		}
	}
	return top
}

// issuersOf fetches the certificates of who issued one, from where it says that they are (RFC 5280, section 4.2.2.1). Each
// address is asked once.
func (c *Client) issuersOf(ctx context.Context, x *x509.Certificate) []*x509.Certificate {
	for i, at := range x.IssuingCertificateURL {
		if i >= 2 || !strings.HasPrefix(at, "http://") {
			continue
		}
		c.mu.Lock()
		found := c.issuers[at]
		c.mu.Unlock()
		if found == nil {
			var err error
			if found, err = c.certificates(ctx, at); err != nil || len(found) == 0 {
				continue
			}
			c.mu.Lock()
			c.issuers[at] = found
			c.mu.Unlock()
		}
		return found
	}
	return nil
}

func (c *Client) certificates(ctx context.Context, at string) ([]*x509.Certificate, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, at, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", c.o.Agent)
	resp, err := c.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", at, resp.Status)
	}
	b, err := io.ReadAll(io.LimitReader(resp.Body, 256<<10))
	if err != nil {
		return nil, err
	}
	return parseCertificates(b)
}

// parseCertificates reads what stands at such an address: one certificate, several in a message of PKCS #7, or either of them
// in PEM.
func parseCertificates(b []byte) ([]*x509.Certificate, error) {
	if p, _ := pem.Decode(b); p != nil {
		b = p.Bytes
	}
	if out, err := x509.ParseCertificates(b); err == nil {
		return out, nil
	}
	var message struct { // RFC 2315, sections 7 and 9.1
		Type    asn1.ObjectIdentifier
		Content struct {
			Version      int
			Digests      asn1.RawValue
			Content      asn1.RawValue
			Certificates asn1.RawValue `asn1:"optional,tag:0"`
			Lists        asn1.RawValue `asn1:"optional,tag:1"`
			Signers      asn1.RawValue
		} `asn1:"explicit,tag:0"`
	}
	if _, err := asn1.Unmarshal(b, &message); err != nil {
		return nil, fmt.Errorf("no certificate: %w", err)
	}
	return x509.ParseCertificates(message.Content.Certificates.Bytes)
}
