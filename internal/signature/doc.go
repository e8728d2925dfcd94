// Package signature builds canonical queries and signs requests with the two schemes of Alibaba Cloud's RPC gateways:
// V3 (ACS3-HMAC-SHA256, an Authorization header) and V1 (HMAC-SHA1, a Signature parameter).
//
// What a Signer returns depends on its key and its arguments alone. The clock and the nonce are among these, so a test can
// sign at a fixed instant and a caller can sign every attempt afresh. Nothing here logs, and no error can carry a secret,
// because there are no errors.
//
// Methods that take a scratch slice use its memory and hand it back, possibly grown, for the next call; a nil scratch is
// fine. What they return as a string never aliases it. A scratch must not share memory with the other arguments.
//
// The rules are those of the vendor's pages "V3 request structure and signature" and "RPC-style request syntax and signature".
package signature
