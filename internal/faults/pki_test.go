package faults_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"sync"
	"time"
)

// identities are the certificates of the servers, and the authority that clients trust.
type identities struct {
	trusted                                            *x509.CertPool
	good, expired, notYet, otherName, unknownAuthority tls.Certificate
}

// hosts are the names that the good certificate is for, besides 127.0.0.1.
var hosts = []string{"localhost", "tag.faults.example", "ecs.faults.example", "tag.cn-hangzhou.aliyuncs.com", "tag.cn-beijing.aliyuncs.com"}

// pki makes them once: they are the same for all tests.
var pki = sync.OnceValue(func() identities {
	authority, stranger := newAuthority("faults"), newAuthority("faults") // by the same name
	pool := x509.NewCertPool()
	pool.AddCert(authority.Leaf)
	now := time.Now()
	return identities{
		trusted:          pool,
		good:             issue(authority, now.Add(-time.Hour), now.Add(time.Hour), hosts...),
		expired:          issue(authority, now.Add(-2*time.Hour), now.Add(-time.Hour), hosts...),
		notYet:           issue(authority, now.Add(time.Hour), now.Add(2*time.Hour), hosts...),
		otherName:        issue(authority, now.Add(-time.Hour), now.Add(time.Hour), "other.example"),
		unknownAuthority: issue(stranger, now.Add(-time.Hour), now.Add(time.Hour), hosts...),
	}
})

func newAuthority(name string) tls.Certificate {
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-24 * time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	return certify(template, nil)
}

// issue makes a certificate of a server. One for other.example has no address either.
func issue(by tls.Certificate, from, until time.Time, names ...string) tls.Certificate {
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "server"},
		NotBefore: from, NotAfter: until, DNSNames: names,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if names[0] == "localhost" {
		template.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1)}
	}
	return certify(template, &by)
}

func certify(template *x509.Certificate, by *tls.Certificate) tls.Certificate {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	parent, signer := template, any(key)
	if by != nil {
		parent, signer = by.Leaf, by.PrivateKey
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	if err != nil {
		panic(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}
