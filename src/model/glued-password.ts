/**
 * Whether what stands right behind `-p`, of a program that nobody knows, looks like a password.
 *
 * Why: `-pS3cr3t!9` is a password of many clients, `-p8080`, `-pidfile` and `-print0` are none. Only the shape
 * tells them apart, so a password that is a plain word (`-pdragon`) is not known as one; clients that are known to
 * take a password there (`mask.ts`) have theirs masked whatever its shape.
 * What is kept: ports and mappings of them, words of options with digits at their end, settings (`c=XMR`), paths,
 * an address of mail and a wallet, which miners take as a pool's password.
 */

/** Ports as ssh, docker and nmap take them: `8080:80/tcp`, `127.0.0.1:80:80`, `U:53,T:21-25`. */
const ports = /^(?:[STU]:)?[\d.:*[\]-]+(?:,(?:[STU]:)?[\d.:*-]+)*(?:\/(?:tcp|udp|sctp))?$/;
const mail = /^[A-Za-z0-9._:+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z]{2,})+$/;
const wallet = /^(?:[48][1-9A-HJ-NP-Za-km-z]{94,105}|0x[0-9a-fA-F]{40}|[a-z]{1,5}1[02-9ac-hj-np-z]{38,90})/;
/** As base64 pads what it holds. */
const padded = /^[A-Za-z0-9+/]{14,}={1,2}$/;
const shortest = 6;
const longest = 200;
/** A word with a number in it changes between letters and digits once or twice. */
const leastChanges = 3;

/** `-profile:v`, `-pix_fmt`, `-p2p-bind`, `-prefixPath2`: words from the letter on, each with digits at its end alone. */
function isOptionWord(value: string): boolean {
  if (!/^[a-z\d]/.test(value)) return false;
  const words = `p${value.replace(/^\d{1,2}(?=[a-z])/, '')}`.split(/[-_.:,]|(?<=[a-z])(?=[A-Z])/);
  return words.every((word) => /^[A-Za-z]*\d{0,4}$/.test(word));
}

function changes(value: string): number {
  let count = 0;
  for (let at = 1; at < value.length; at += 1) {
    const [before, here] = [value.charCodeAt(at - 1), value.charCodeAt(at)];
    if (before <= 0x39 !== here <= 0x39) count += 1;
  }
  return count;
}

/** @param value what follows `-p` in the same word */
export function isGluedPassword(value: string): boolean {
  if (value.length < shortest || value.length > longest || !/^[\x21-\x7e]+$/.test(value)) return false;
  if (padded.test(value)) return true;
  if (/^[-./~=+:]/.test(value) || /[/=]/.test(value)) return false;
  if (ports.test(value) || isOptionWord(value) || mail.test(value) || wallet.test(value)) return false;
  const classes = [/[a-z]/, /[A-Z]/, /\d/, /[!#$%^&*?@~|<>(){}]/].filter((one) => one.test(value)).length;
  if (classes >= 3) return true;
  return value.length >= 8 && /^[A-Za-z0-9]+$/.test(value) && changes(value) >= leastChanges;
}
