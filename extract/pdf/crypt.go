package pdf

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/md5"
	"crypto/rc4"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A security opens what the standard security handler has locked, for whoever reads without a password: RC4 of 40 to
// 128 bits, AES of 128 and of 256 (7.6 of ISO 32000-2; revisions 2 to 6, of which 5 is Adobe's extension level 3).
// Public keys are another handler and are not known here.
type security struct {
	key              []byte
	streams, strings method
	plainMetadata    bool // streams of metadata are not encrypted
	revision         int
	// the number of the encryption dictionary, which is not encrypted; 0 = it stands in the trailer
	object int
	named  map[string]method
}

// A method is how bytes are encrypted.
type method int

const (
	plain   method = iota
	rc4Each        // RC4, a key for each object
	aesEach        // AES-128 in CBC mode, a key for each object
	aesAll         // AES-256 in CBC mode, one key
)

// openSecurity finds how a file is encrypted, and the key; nil where it is not. ErrEncrypted: it asks for a password.
func openSecurity(body []byte) (*security, error) {
	if !bytes.Contains(body, []byte("/Encrypt")) {
		return nil, nil
	}
	dict, ids, object := encryption(body)
	if dict == nil {
		return nil, nil
	}
	l := lexer{b: dict}
	v, _ := l.next()
	d, _ := v.(dictToken)
	f, _ := d["Filter"].(nameToken)
	if f == "" {
		return nil, nil // this is none
	}
	if f != "Standard" {
		return nil, fmt.Errorf("encrypted by %q, which is not known", f)
	}
	s := &security{revision: int(d.number("R")), object: object, plainMetadata: plainMetadata.Match(dict)}
	if err := s.methods(d); err != nil {
		return nil, err
	}
	if s.revision >= 5 {
		return s, s.key256(d)
	}
	var err error
	for _, id := range append(ids, "") { // of a damaged file one may be right; some files have none
		if err = s.key128(d, id); !errors.Is(err, ErrEncrypted) {
			break
		}
	}
	return s, err
}

var (
	plainMetadata = regexp.MustCompile(`/EncryptMetadata\s+false`)
	encryptRef    = regexp.MustCompile(`/Encrypt\s*(?:(\d{1,9})\s+(\d{1,5})\s+R|(<<))`)
	fileID        = regexp.MustCompile(`/ID\s*(\[)`)
)

// encryption gives the text of the encryption dictionary, the file's identifiers, and the number of the object.
// They are looked for in all of the file: its cross-references may be what is damaged.
func encryption(body []byte) (dict []byte, ids []string, object int) {
	for _, m := range encryptRef.FindAllSubmatchIndex(body, 10) {
		if m[6] >= 0 {
			dict, object = body[m[6]:], 0
		} else if n, err := strconv.Atoi(string(body[m[2]:m[3]])); err == nil {
			if found := objectText(body, n); found != nil {
				dict, object = found, n
			}
		}
	}
	for _, m := range fileID.FindAllSubmatchIndex(body, 10) {
		l := lexer{b: body, i: m[2]}
		v, _ := l.next()
		if list, _ := v.([]any); len(list) > 0 {
			if s, ok := list[0].(string); ok && !slices.Contains(ids, s) {
				ids = append(ids, s)
			}
		}
	}
	if dict == nil {
		return nil, nil, 0
	}
	l := lexer{b: dict}
	if v, _ := l.next(); v == nil {
		return nil, nil, 0
	} else if _, ok := v.(dictToken); !ok {
		return nil, nil, 0
	}
	return dict[:l.i], ids, object
}

// objectText gives what follows "N G obj", where N stands so for the last time.
func objectText(body []byte, n int) []byte {
	for end := len(body); ; {
		i := bytes.LastIndex(body[:end], []byte(" obj"))
		if i < 0 {
			return nil
		}
		if num, _, ok := objectHead(body[:i+1]); ok && num == n {
			return body[i+len(" obj"):]
		}
		end = i
	}
}

// methods reads by what the strings and streams are encrypted.
func (s *security) methods(d dictToken) error {
	switch v := d.number("V"); v {
	case 1, 2, 3:
		s.streams, s.strings = rc4Each, rc4Each
		return nil
	case 4, 5:
	default:
		return fmt.Errorf("encrypted by version %v, which is not known", v)
	}
	s.named = map[string]method{"Identity": plain}
	filters, _ := d["CF"].(dictToken)
	for name, v := range filters {
		f, _ := v.(dictToken)
		switch f["CFM"] {
		case nameToken("V2"):
			s.named[name] = rc4Each
		case nameToken("AESV2"):
			s.named[name] = aesEach
		case nameToken("AESV3"):
			s.named[name] = aesAll
		case nameToken("None"), nil:
			s.named[name] = plain
		default:
			return fmt.Errorf("encrypted by the method %v, which is not known", f["CFM"])
		}
	}
	of := func(key string) method {
		name, _ := d[key].(nameToken)
		return s.named[string(name)]
	}
	s.streams, s.strings = of("StmF"), of("StrF")
	return nil
}

// passwordPad stands behind a password that is shorter than 32 bytes; it is all of an empty one.
const passwordPad = "\x28\xBF\x4E\x5E\x4E\x75\x8A\x41\x64\x00\x4E\x56\xFF\xFA\x01\x08" +
	"\x2E\x2E\x00\xB6\xD0\x68\x3E\x80\x2F\x0C\xA9\xFE\x64\x53\x69\x7A"

// key128 computes the key of revisions 2 to 4 (algorithm 2) and proves it by U (algorithms 4 and 5).
func (s *security) key128(d dictToken, id string) error {
	owner, _ := d["O"].(string)
	user, _ := d["U"].(string)
	if s.revision < 2 || len(owner) < 32 || len(user) < 16 {
		return errors.New("its encryption dictionary is broken")
	}
	n := int(d.number("Length"))
	switch {
	case d.number("V") == 4:
		n = 16
	case d.number("V") == 1, n == 0:
		n = 5
	case n >= 40: // in bits, as it should be
		n /= 8
	}
	if n < 5 || n > 16 {
		return fmt.Errorf("encrypted by a key of %d bytes", n)
	}
	p := uint32(int64(d.number("P")))
	text := passwordPad + owner[:32] + string([]byte{byte(p), byte(p >> 8), byte(p >> 16), byte(p >> 24)}) + id
	if s.revision >= 4 && s.plainMetadata {
		text += "\xff\xff\xff\xff"
	}
	sum := md5.Sum([]byte(text))
	if s.revision >= 3 {
		for range 50 {
			sum = md5.Sum(sum[:n])
		}
	}
	s.key = append([]byte(nil), sum[:n]...)
	proof := []byte(passwordPad)
	if s.revision >= 3 {
		h := md5.Sum([]byte(passwordPad + id))
		proof = h[:]
	}
	rounds := 1
	if s.revision >= 3 {
		rounds = 20
	}
	for i := range rounds {
		k := append([]byte(nil), s.key...)
		for j := range k {
			k[j] ^= byte(i)
		}
		xor(k, proof)
	}
	if !strings.HasPrefix(user, string(proof)) {
		return ErrEncrypted
	}
	return nil
}

// key256 takes the key of revisions 5 and 6 out of UE or OE (algorithm 2.A).
func (s *security) key256(d dictToken) error {
	user, _ := d["U"].(string)
	owner, _ := d["O"].(string)
	userKey, _ := d["UE"].(string)
	ownerKey, _ := d["OE"].(string)
	if len(user) < 48 || len(owner) < 48 || len(userKey) < 32 || len(ownerKey) < 32 {
		return errors.New("its encryption dictionary is broken")
	}
	// the empty password may be the user's, or the owner's
	for _, w := range []struct{ proof, more, key string }{{user[:48], "", userKey}, {owner[:48], user[:48], ownerKey}} {
		if string(s.hash(w.proof[32:40], w.more)) != w.proof[:32] {
			continue
		}
		block, err := aes.NewCipher(s.hash(w.proof[40:48], w.more))
		if err != nil {
			return err
		}
		s.key = make([]byte, 32)
		cipher.NewCBCDecrypter(block, make([]byte, aes.BlockSize)).CryptBlocks(s.key, []byte(w.key[:32]))
		return nil
	}
	return ErrEncrypted
}

// hash is that of an empty password with a salt (algorithm 2.B; revision 5 takes its first step alone).
func (s *security) hash(salt, more string) []byte {
	first := sha256.Sum256([]byte(salt + more))
	k := first[:]
	if s.revision == 5 {
		return k
	}
	for i := 0; ; i++ {
		text := bytes.Repeat(append(append([]byte(nil), k...), more...), 64)
		block, err := aes.NewCipher(k[:16])
		if err != nil {
			panic(err) // 16 bytes are a key
		}
		cipher.NewCBCEncrypter(block, k[16:32]).CryptBlocks(text, text)
		sum := 0
		for _, b := range text[:16] {
			sum += int(b)
		}
		switch sum % 3 { // the 16 bytes as a number, for 256 is 1 modulo 3
		case 0:
			h := sha256.Sum256(text)
			k = h[:]
		case 1:
			h := sha512.Sum384(text)
			k = h[:]
		default:
			h := sha512.Sum512(text)
			k = h[:]
		}
		if i >= 63 && int(text[len(text)-1]) <= i-31 {
			return k[:32]
		}
	}
}

// decrypt gives what was encrypted in an object. Bytes that cannot be of that method are given as far as they can.
func (s *security) decrypt(m method, num, gen int, b []byte) []byte {
	key := s.key
	if m == rc4Each || m == aesEach { // algorithm 1
		text := append(append([]byte(nil), key...), byte(num), byte(num>>8), byte(num>>16), byte(gen), byte(gen>>8))
		if m == aesEach {
			text = append(text, "sAlT"...)
		}
		sum := md5.Sum(text)
		key = sum[:min(len(key)+5, 16)]
	}
	switch m {
	case rc4Each:
		out := append([]byte(nil), b...)
		xor(key, out)
		return out
	case aesEach, aesAll:
		n := len(b) / aes.BlockSize * aes.BlockSize
		block, err := aes.NewCipher(key)
		if n <= aes.BlockSize || err != nil {
			return nil
		}
		out := make([]byte, n-aes.BlockSize)
		cipher.NewCBCDecrypter(block, b[:aes.BlockSize]).CryptBlocks(out, b[aes.BlockSize:n])
		if pad := int(out[len(out)-1]); pad <= aes.BlockSize && pad > 0 {
			out = out[:len(out)-pad]
		}
		return out
	}
	return b
}

// xor is RC4, which is its own opposite.
func xor(key, b []byte) {
	c, err := rc4.NewCipher(key)
	if err != nil {
		panic(err) // keys have 5 to 16 bytes
	}
	c.XORKeyStream(b, b)
}

// open gives the text of an object without encryption, and the bytes of its stream if it is one (else stream is nil).
func (s *security) open(num, gen int, dict, stream []byte) (text, clear []byte) {
	if stream == nil {
		return bytes.TrimSpace(s.text(num, gen, dict, -1)), nil
	}
	clear = s.stream(num, gen, dict, stream)
	if clear == nil {
		clear = []byte{}
	}
	text = append(bytes.TrimSpace(s.text(num, gen, dict, len(clear))), "\nstream\n"...)
	return append(append(text, clear...), "\nendstream"...), clear
}

// stream gives the bytes of a stream without encryption.
func (s *security) stream(num, gen int, dict, b []byte) []byte {
	if s.plainMetadata && metadata.Match(dict) {
		return b
	}
	m := s.streams
	if f := cryptFilter.FindSubmatch(dict); f != nil || bytes.Contains(dict, []byte("/Crypt")) {
		m = plain // Identity unless it says otherwise
		if f != nil {
			m = s.named[string(f[1])]
		}
	}
	if m == aesEach || m == aesAll {
		// a stream whose length stands elsewhere was taken to end before the line's end; these bytes were its own
		for len(b)%aes.BlockSize != 0 && len(b) < cap(b) &&
			(b[:len(b)+1][len(b)] == '\n' || b[:len(b)+1][len(b)] == '\r') {
			b = b[:len(b)+1]
		}
	}
	return s.decrypt(m, num, gen, b)
}

var (
	metadata    = regexp.MustCompile(`/Type\s*/Metadata\b`)
	cryptFilter = regexp.MustCompile(`/Crypt\b[^>]*/Name\s*/(\w+)`)
)

// text gives the text of an object with its strings decrypted, and its Length, if it has one, as that of its stream.
func (s *security) text(num, gen int, b []byte, length int) []byte {
	var out bytes.Buffer
	depth := 0
	l := lexer{b: b}
	for done := 0; ; {
		l.skip()
		start := l.i
		if start >= len(b) {
			out.Write(b[done:])
			return out.Bytes()
		}
		var clear string
		switch {
		case bytes.HasPrefix(b[start:], []byte("<<")):
			l.i, depth = start+2, depth+1
			continue
		case bytes.HasPrefix(b[start:], []byte(">>")):
			l.i, depth = start+2, depth-1
			continue
		case b[start] == '(':
			clear = l.literal()
		case b[start] == '<':
			clear = l.hex()
		case isDelim(b[start]) && b[start] != '/':
			l.i++
			continue
		default:
			for l.i++; l.i < len(b) && class[b[l.i]] == 0; {
				l.i++
			}
			if length < 0 || depth != 1 || string(b[start:l.i]) != "/Length" {
				continue
			}
			end := l.i
			for end < len(b) && !isDelim(b[end]) { // a number, or a reference
				end++
			}
			out.Write(b[done:l.i])
			fmt.Fprintf(&out, " %d", length)
			done, l.i = end, end
			continue
		}
		out.Write(b[done:start])
		out.WriteString("<" + hex.EncodeToString(s.decrypt(s.strings, num, gen, []byte(clear))) + ">")
		done = l.i
	}
}
