/**
 * Settings of PHP that bring code in, wherever they stand: php.ini, pools of FPM, .user.ini, .htaccess, and
 * parameters that web servers hand over.
 *
 * What it is NOT: a reader of whole files. Values: `"x"`, `'x'` or bare; `none` and nothing switch off.
 * Sources: PHP manual, "List of php.ini directives" (auto_prepend_file, auto_append_file, extension,
 * zend_extension, opcache.preload, ffi.preload, sendmail_path), "FastCGI Process Manager: configuration"
 * (php_value), "Supported protocols and wrappers".
 */
import { printableLatin1 } from '../../../formats/text-lines.ts';
import type { PersistenceFact } from '../../../model/facts/persistence.ts';
import type { PathText } from '../../../model/text.ts';
import { isForeignAddress } from './foreign-address.ts';

const files = /^(?:auto_prepend_file|auto_append_file|opcache\.preload|ffi\.preload)$/;
const libraries = /^(?:zend_)?extension$/;

export type PhpRead = Pick<PersistenceFact, 'command' | 'language' | 'marks'> & {
  readonly target?: PathText;
  /** `target` is PHP that is run with each page: its body says what it does. */
  readonly code: boolean;
};

/** @param resolve where a library without a path is found */
export function readPhpSetting(
  key: string,
  given: string,
  resolve: (name: string) => PathText | undefined = () => undefined,
): PhpRead | undefined {
  const value = given.trim().replace(/^(["'])(.*)\1$/, '$2');
  if (value === '' || /^none$/i.test(value)) return undefined;
  const command = printableLatin1(`${key}=${value}`);
  const language = 'setting';
  if (files.test(key)) {
    const data = /^data:[^,]*?(;base64)?,(.*)$/is.exec(value);
    if (data !== null) {
      const [, coded, text = ''] = data;
      const code = coded === undefined ? text : Buffer.from(text, 'base64').toString('latin1');
      return { command: printableLatin1(code), language: 'php', marks: ['concealed-in-file'], code: false };
    }
    // The request itself is run: whoever sends one runs what they like.
    if (/^php:\/\/(?:input|filter)/i.test(value))
      return { command, language, marks: ['opens-access'], code: false };
    if (/^(?:https?|ftps?):\/\//i.test(value))
      return { command, language, marks: ['foreign-host'], code: false };
    const target = value.startsWith('/') ? { target: printableLatin1(value) } : {};
    // Run as PHP, and not loaded as a library is.
    return { command, language: 'php', marks: [], code: value.startsWith('/'), ...target };
  }
  if (libraries.test(key)) {
    const path = value.startsWith('/') ? printableLatin1(value) : resolve(value);
    return path === undefined ? undefined : { command, language, marks: [], code: false, target: path };
  }
  if (key === 'sendmail_path')
    return { command: printableLatin1(value), language: 'shell', marks: [], code: false };
  if (key === 'allow_url_include')
    return /^(?:1|on|yes|true)$/i.test(value)
      ? { command, language, marks: ['weakens-guard'], code: false }
      : undefined;
  if (/^env\[(?:LD_PRELOAD|LD_AUDIT)\]$/.test(key)) {
    const target = value.startsWith('/') ? { target: printableLatin1(value) } : {};
    return { command, language, marks: [], code: false, ...target };
  }
  return key === 'session.save_path' && isForeignAddress(value)
    ? { command, language, marks: ['foreign-host'], code: false }
    : undefined;
}

/** `key = value ; comment`, `php_admin_value[key] = value`. */
export function phpSettingOf(text: string): { readonly key: string; readonly value: string } | undefined {
  const match = /^\s*(?:php_(?:admin_)?(?:value|flag)\[([\w.]+)\]|([\w.]+(?:\[\w+\])?))\s*=\s*(.*)$/.exec(
    text,
  );
  if (match === null) return undefined;
  const [, inPool, plain, rest = ''] = match;
  const quoted = /^(?:"[^"]*"|'[^']*')/.exec(rest)?.[0];
  return {
    key: (inPool ?? plain ?? '').replace(/^[A-Z_.]+$/i, (one) => one.toLowerCase()),
    value: quoted ?? (rest.split(';', 1)[0] ?? '').trimEnd(),
  };
}
