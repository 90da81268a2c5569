/**
 * Whether a script of a package shows anything that deserves its whole body.
 *
 * Why: a host has thousands of maintainer scripts of packages, and each whole body costs the judge; most of them
 * only call helpers of the packaging system. What it is NOT: a judgement: honest scripts pass too, and are read.
 * Searched as bytes of one character each, without a backtracking pattern.
 */

/** Fetchers, decoders, temporary and hidden places, what outlives its caller, and what else starts. */
const shown =
  /\b(?:curl|wget|aria2c|lwp-download|tftp|ncat|netcat|base64|base32|xxd|openssl enc|uudecode|nohup|setsid|disown|chattr|memfd_create|insmod|xmrig|kdevtmpfsi|kinsing)\b|\/dev\/(?:tcp|udp|shm)\b|(?:^|[\s"'=:;(&|])\/(?:var\/)?tmp\/|\/\.(?![./*\s"'\\)$])|\bld\.so\.preload\b|\bauthorized_keys\b|\bcrontab\b(?![\w.-])|(?:>|\btee\b(?: -a)?)\s?["']?\/etc\/cron|\\x[0-9a-fA-F]{2}\\x|\b(?:perl|python[\d.]*|ruby|php) -(?:e|c|r)\b|\beval\s+["']?\$\(|\|\s*(?:\/bin\/|\/usr\/bin\/)?(?:ba|da|z|k)?sh\b(?!\w)|\b(?:rev|tac)\s*(?:<<<|\||$)|\bLD_(?:PRELOAD|AUDIT)\b|\bgsocket\b/m;

/** Comments, and old settings that helpers of the packaging system take away. */
const passed = /^[ \t]*#[^\n]*|^[ \t]*dpkg-maintscript-helper (?:rm|mv)_conffile [^;|&\n]*/gm;

/** What is left of a script's text when what never counts is taken away. */
export const withoutComments = (text: string): string => text.replace(passed, '');

/** The same of a text whose comments were taken away already. */
export const commandsShow = (text: string): boolean => shown.test(text);

export const showsSomething = (text: string): boolean => commandsShow(withoutComments(text));

const pathForm = /(?:^|[\s"'`=:;(){}&|<>!])(\/(?:usr|lib|lib64|libx32|bin|sbin|opt)\/[\w.+@/-]{2,200})/g;

/** Paths of programs and libraries that a text without comments names, each once. */
export function namedPaths(text: string, most: number): ReadonlySet<string> {
  const paths = new Set<string>();
  for (const [, path = ''] of text.matchAll(pathForm)) {
    paths.add(path.replace(/[./]+$/, ''));
    if (paths.size >= most) break;
  }
  return paths;
}
