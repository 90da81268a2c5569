/**
 * Masks secrets in names: paths, units, processes, sockets, containers, sources.
 *
 * Why: `/srv/token=…/x`, `backup@ghp_….service` and `/api?token=…` carry a secret where nobody looks for one, and a
 * responder still needs the rest of the path. So each name of a path is looked at by itself, and only what is known
 * by its shape, or assigned to the name of a secret, is taken out.
 * What it is NOT: for lines of commands or text (`mask.ts`): a blank is part of a name here, and a colon assigns
 * nothing, because of `image:tag` and `host:port`.
 * Cost: most names hold no sign of a secret and are answered after one look.
 */
import { masked, maskUrls, namesSecret, opensValue } from './mask.ts';
import { maskTokens, tokenSign } from './secret-shapes.ts';

/** What a name must hold to carry a secret at all: something is assigned, or a known token begins. */
const sign = /=|\\x3d|%253[Dd]|:\/\//;

/** `=`, as systemd-escape(1) writes it, and as a URL does; in printable form `%` is `%25`. No name begins in an escape. */
const assigned =
  /(?!(?<=%)[0-9A-F]{2})(?!(?<=%[0-9A-F])[0-9A-F])([A-Za-z][A-Za-z0-9_.-]{0,80})(=|\\x3d|%253[Dd])([^&;,\s"']{4,4096}|"[^"]{1,4096}"|'[^']{1,4096}')/g;
/** The end of a unit's name, which tells what kind of unit it is. */
const kind = /\.(?:service|socket|timer|path|mount|automount|scope|slice|target|device|swap)$/;

function maskAssigned(text: string): string {
  return text.replace(assigned, (all, name: string, equals: string, value: string) => {
    if (!namesSecret(name) || opensValue(value) || value.startsWith(masked)) return all;
    return `${name}${equals}${masked}${kind.exec(value)?.[0] ?? ''}`;
  });
}

/** The same text where it holds no secret. Printable text stays printable: what is put in is plain. */
export function maskName<T extends string>(text: T): T;
export function maskName(text: string): string {
  const hasSign = sign.test(text);
  if (!hasSign && !tokenSign.test(text)) return text;
  const shaped = maskTokens(text);
  if (!hasSign) return shaped;
  // Behind the question mark stands one query, in which a slash parts nothing.
  const [, path = '', query = ''] = /^([^?]*)(.*)$/s.exec(maskUrls(shaped)) ?? [];
  return path.split('/').map(maskAssigned).join('/') + maskAssigned(query);
}
