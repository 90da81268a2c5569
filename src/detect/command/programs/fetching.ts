/**
 * Programs that bring something from a network: to their output, or into a file.
 *
 * Also those with another name: whatever is given an address and has its output run, fetches (`cd1`, `wd1`, `cur`).
 * Sources: curl(1), wget(1), the manual pages of the others.
 */
import {
  type Call,
  hasFlag,
  named,
  operands,
  optionValue,
  type Program,
  type ProgramTable,
} from '../call.ts';
import { openly } from '../ran-from.ts';
import { clean, fetched, taintOf, unknown } from '../value.ts';
import { readEmbedded } from './embedded.ts';
import { filter } from './text.ts';

const withScheme = /^(?:https?|ftps?|tftp|scp|sftp|s3|gs|ipfs|file):\/\//i;

const curlValues = new Set(
  '-o -H -A -e -u -x -m -F -b -c -X -d -T -w -C -Y -y -z -K -E -r -Q -t -D -U -P --output --header --user-agent --referer --user --proxy --max-time --connect-timeout --form --cookie --cookie-jar --request --data --data-raw --data-binary --data-urlencode --upload-file --write-out --retry --retry-delay --retry-max-time --cacert --cert --key --resolve --interface --limit-rate --output-dir --config --range --dump-header --max-redirs --url-query --json'.split(
    ' ',
  ),
);
const wgetValues = new Set(
  '-O -o -a -P -e -B -t -T -w -Q -U -l -A -R -D -I -X -i --output-document --directory-prefix --user-agent --header --tries --timeout --wait --post-data --post-file --user --password --http-user --http-password --load-cookies'.split(
    ' ',
  ),
);

const lastName = (url: string): string => {
  const path = url.replace(/[?#].*$/, '').replace(/\/+$/, '');
  return path.includes('/') ? path.slice(path.lastIndexOf('/') + 1) : 'index.html';
};

/** Short options glued together whose last takes a value: `-fsSLo file`, `-qO -`. */
function unglued(args: readonly string[], takers: RegExp): readonly string[] {
  return args.flatMap((word) => {
    const found = /^-([A-Za-z#0-9]+)$/.exec(word)?.[1];
    if (found === undefined || found.length < 2) {
      const joined = /^-([A-Za-z]*?)([oOHAePTUQ])([^A-Za-z0-9].*|[A-Za-z0-9].*[./-].*)$/.exec(word);
      return joined !== null && takers.test(joined[2] ?? '') && !word.startsWith('--')
        ? [`-${joined[2]}`, joined[3] ?? '']
        : [word];
    }
    const last = found.slice(-1);
    return takers.test(last) ? [`-${found.slice(0, -1)}`, `-${last}`] : [word];
  });
}

function fetchInto(call: Call, urls: readonly string[], file: string | undefined): string {
  const { session } = call.to;
  let out = '';
  for (const url of urls.slice(0, 16)) {
    const value = `${fetched(session.fetch(url))}`;
    if (file === undefined) out += value;
    else if (file === '-' || file === '/dev/stdout') out += value;
    else session.write(file === '' ? lastName(clean(url)) : file, value);
  }
  return out;
}

/** A text that a program is given in a file, or in its input where that is `-`. */
const given = (path: string | undefined, { stdin, to }: Call): string =>
  path === undefined ? '' : path === '-' || path === '/dev/stdin' ? stdin : (to.session.read(path) ?? '');

/** `url = "…"` and `output = …` of the settings that -K names. */
function settingsOf(call: Call): { readonly urls: readonly string[]; readonly output: string | undefined } {
  const glued = call.args.find((word) => /^-K./.test(word))?.slice(2);
  const text = given(glued ?? optionValue(call.args, 'K', 'config'), call);
  const values = (key: string): readonly string[] =>
    [
      ...text
        .slice(0, 65_536)
        .matchAll(new RegExp(`^[ \\t]{0,9}-{0,2}${key}[ \\t]{0,9}[=: ][ \\t]{0,9}"?([^"\\n]{1,2000})`, 'gm')),
    ].map(([, value = '']) => value.trim());
  return { urls: values('url'), output: values('output')[0] };
}

const curl: Program = (call) => {
  const args = unglued(call.args, /[oHAeuxmFbcXdTwCYyzKErQtDUP]/);
  const urls = operands(args, curlValues);
  const named = optionValue(args, '', 'url');
  const settings = settingsOf(call);
  const all = [...urls, ...(named === undefined ? [] : [named]), ...settings.urls];
  if (all.length === 0) return filter(call);
  const folder = optionValue(args, '', 'output-dir');
  const at = args.findIndex((word) => word === '-o' || word === '--output');
  const glued = args.find((word) => word.startsWith('--output='))?.slice(9);
  const file = (at >= 0 ? args[at + 1] : glued) ?? settings.output;
  const own = hasFlag(args, 'O', 'remote-name') || hasFlag(args, 'J');
  if (file === undefined && !own) return fetchInto(call, all, undefined);
  const name = file ?? lastName(clean(all[0] ?? ''));
  return fetchInto(call, all, folder === undefined ? name : `${folder}/${name}`);
};

const wget: Program = (call) => {
  const args = unglued(call.args, /[OoaPeBtTwQUlARDIXi]/);
  if (args.includes('--spider')) return '';
  const list = args.find((word) => /^-i./.test(word))?.slice(2) ?? optionValue(args, 'i', 'input-file');
  const listed = given(list, call)
    .split(/\s+/)
    .filter((word) => clean(word) !== '' || taintOf(word) !== '');
  const urls = [...operands(args, wgetValues), ...listed.slice(0, 16)];
  const at = args.findIndex((word) => word === '-O' || word === '--output-document');
  const glued = args.find((word) => word.startsWith('--output-document='))?.slice(18);
  const file = at >= 0 ? args[at + 1] : glued;
  const folder = optionValue(args, 'P', 'directory-prefix');
  if (urls.length === 0) return hasFlag(args, 'i', 'input-file') ? unknown : filter(call);
  if (file !== undefined) return fetchInto(call, urls, file);
  for (const url of urls) {
    const name = lastName(clean(url));
    fetchInto(call, [url], folder === undefined ? name : `${folder}/${name}`);
  }
  return '';
};

/** To the output unless `-o` names a file. */
const toOutput: Program = (call) => {
  const args = unglued(call.args, /[oO]/);
  const urls = operands(args, new Set(['-o', '-O', '-d', '-U', '-t', '-T']));
  if (urls.length === 0) return filter(call);
  const at = args.findIndex((word) => /^(?:-o|-O|--output)$/.test(word));
  return fetchInto(call, urls, at < 0 ? undefined : args[at + 1]);
};

/** Saves under the address's last name unless told otherwise. */
const toFile: Program = (call) => {
  const urls = operands(call.args, new Set(['-o', '-d', '-x', '-s', '-n'])).filter((word) =>
    withScheme.test(word),
  );
  const folder = optionValue(call.args, 'd', 'dir');
  const second = call.name === 'lwp-download' ? operands(call.args)[1] : undefined;
  const file = optionValue(call.args, 'o', 'out') ?? second ?? '';
  for (const url of urls) {
    const name = file === '' ? lastName(clean(url)) : file;
    fetchInto(call, [url], folder === undefined ? name : `${folder}/${name}`);
  }
  return '';
};

const tftp: Program = (call) => {
  const remote = optionValue(call.args, 'r') ?? '';
  const local = optionValue(call.args, 'l') ?? (remote === '' ? 'index.html' : lastName(`/${remote}`));
  const hosts = operands(call.args, new Set(['-r', '-l', '-c', '-m', '-b']));
  const [host = ''] = hosts;
  const get = call.args.indexOf('get');
  const name = get >= 0 ? (call.args[get + 1] ?? '') : remote;
  if (name === '' && remote === '') return '';
  fetchInto(call, [`tftp://${host}/${name === '' ? remote : name}`], get >= 0 ? lastName(`/${name}`) : local);
  return '';
};

/** ftpget of busybox: `HOST LOCAL REMOTE`. */
const ftpget: Program = (call) => {
  const [host = '', local = '', remote = local] = operands(call.args, new Set(['-u', '-p', '-P']));
  return host === '' ? '' : fetchInto(call, [`ftp://${host}/${remote.replace(/^\//, '')}`], local);
};

const copyFromHost: Program = (call) => {
  readEmbedded(call);
  const paths = operands(call.args, new Set(['-i', '-P', '-p', '-o', '-e', '-F', '-l', '-c']));
  const target = paths.at(-1) ?? '';
  const remote = paths.slice(0, -1).filter((path) => /^(?:[\w.-]+@)?[\w.-]+::?\S|^rsync:\/\//.test(path));
  for (const from of remote) {
    const name = target.endsWith('/') || target === '.' ? `${target}/${lastName(`/${from}`)}` : target;
    // Backups come from hosts by rsync and scp: only what is run of it counts.
    fetchInto(call, [from], name);
  }
  return '';
};

const git: Program = (call) => {
  const { args, to } = call;
  readEmbedded(call);
  const at = args.indexOf('clone');
  if (at < 0) return unknown;
  const rest = operands(args.slice(at + 1), new Set(['-b', '--branch', '--depth', '-c', '-o']));
  const [url = '', folder] = rest;
  to.session.unpack(folder ?? lastName(clean(url)).replace(/\.git$/, ''), fetched(to.session.fetch(url)));
  return '';
};

const copyFromBucket: Program = (call) => {
  const at = call.args.findIndex((word) => /^(?:s3|gs|oss|cos|obs):\/\//.test(word));
  const from = call.args[at];
  if (from === undefined) return filter(call);
  const target = call.args[at + 1] ?? '';
  return fetchInto(call, [from], target === '' || target === '.' ? lastName(from) : target);
};

const dns: Program = (call) => {
  const text = call.args.some((word) => /^(?:txt|-type=txt|-q=txt|-query=txt|-t=txt)$/i.test(word));
  const [host = ''] = operands(call.args, new Set(['-t', '-p', '-c'])).filter(
    (word) => word.includes('.') && !word.startsWith('@'),
  );
  return text && host !== '' ? fetched(call.to.session.fetch(`dns:${host}`)) : unknown;
};

/** `example.org/x/y@latest`, `github:owner/tool`, an address: what is built or unpacked here and run at once. */
const fromElsewhere =
  /^(?:git\+)?https?:\/\/|^(?:github|gitlab|bitbucket):[\w.-]+\/|^[\w-]+(?:\.[\w-]+)+\/\S+@\S+$/;

function runFrom(call: Call, words: readonly string[]): string {
  const { session } = call.to;
  for (const word of words.slice(0, 16)) {
    if (!fromElsewhere.test(clean(word))) continue;
    const url = clean(word).replace(/^git\+/, '');
    const from = url.includes('://') ? url : `https://${url}`;
    session.sign(openly(from) ? 'fetch-and-run' : 'fetch-then-run', session.urlOf(session.fetch(from)));
  }
  return unknown;
}

/** Go brings what `run` names by its path and builds it; what `install` names it puts into a folder of its own. */
const go: Program = (call) => {
  const [verb = '', ...rest] = call.args;
  const names = operands(rest, new Set(['-C', '-modfile', '-tags', '-ldflags', '-exec', '-o', '-p']));
  if (verb === 'run') return runFrom(call, names.slice(0, 1));
  if (verb === 'install' || verb === 'get') {
    for (const name of names.filter((word) => fromElsewhere.test(clean(word)))) {
      const tool = lastName(`/${clean(name).replace(/@.*$/, '')}`);
      call.to.session.write(`~/go/bin/${tool}`, fetched(call.to.session.fetch(`https://${clean(name)}`)));
    }
  }
  return unknown;
};

/** `uvx --from git+https://…`, `pipx run --spec …`. */
const runsTool: Program = (call) => {
  const from = call.args.filter((_, at) => /^--(?:from|spec|with)$/.test(call.args[at - 1] ?? ''));
  return runFrom(call, [...from, ...operands(call.args)]);
};

/** A program nobody knows that is given an address. */
export const anything: Program = (call) => {
  readEmbedded(call);
  const urls = call.args.filter((word) => withScheme.test(word));
  const from = taintOf(call.stdin);
  if (urls.length === 0) return `${from}${taintOf(call.args.join(''))}${unknown}`;
  const args = unglued(call.args, /[oO]/);
  const at = args.findIndex((word) => /^(?:-o|-O|--output|--out)$/.test(word));
  return fetchInto(call, urls, at < 0 ? undefined : args[at + 1]);
};

export const fetchingPrograms: ProgramTable = {
  ...named('curl curl.real tcurl', curl),
  ...named('wget wget2 uclient-fetch', wget),
  ...named('lynx links elinks w3m http https httpie xh GET lwp-request fetch hurl aria2p', toOutput),
  ...named('axel aria2c lwp-download puf', toFile),
  ...named('tftp atftp', tftp),
  ftpget,
  ...named('scp rsync sftp', copyFromHost),
  git,
  ...named('aws gsutil ossutil ossutil64 coscmd s3cmd mc', copyFromBucket),
  ...named('dig host nslookup drill', dns),
  go,
  ...named('uvx pipx', runsTool),
};
