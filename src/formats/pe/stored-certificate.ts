/**
 * A certificate as Windows keeps it in a registry value (`SystemCertificates\…\Blob`): properties, of which one is it.
 *
 * Each property: its id, a constant 1, its length, its bytes; numbers of 32 bits, little endian. Source: wincrypt.h,
 * CertSerializeCertificateStoreElement and CERT_CERT_PROP_ID. Bounds: 64 properties, 64 KiB of the certificate.
 */
import { X509Certificate } from 'node:crypto';

const certificateId = 32;
const mostProperties = 64;
const largest = 64 << 10;

/** Nothing where there is none in it, or none that can be read. */
export function storedCertificate(blob: Uint8Array): X509Certificate | undefined {
  const view = new DataView(blob.buffer, blob.byteOffset, blob.length);
  for (let at = 0, count = 0; at + 12 <= blob.length && count < mostProperties; count += 1) {
    const length = view.getUint32(at + 8, true);
    if (length > blob.length - at - 12) return undefined;
    if (view.getUint32(at, true) === certificateId && length <= largest) {
      try {
        return new X509Certificate(Buffer.from(blob.subarray(at + 12, at + 12 + length)));
      } catch {
        // Written by hand, or of a kind that is not known: it vouches for nothing.
        return undefined;
      }
    }
    at += 12 + length;
  }
  return undefined;
}
