/**
 * A small Debian-like root folder on the disk, with a package database, in which one case is planted.
 *
 * It is made of names and inert files only: nothing in it is ever run.
 */
import {
  appendFileSync,
  chmodSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Files, inertProgram, type MechanismCase, type PlantedFile } from './case.ts';

interface Package {
  readonly name: string;
  readonly files: Files;
  readonly conffiles: readonly string[];
}

const programs = (folder: string, names: string): Files =>
  Object.fromEntries(names.split(' ').map((name) => [`${folder}/${name}`, inertProgram(2048 + name.length)]));

/** What stands on every host of the cases; enough for neighbours to be owned. */
const basePackages: readonly Package[] = [
  {
    name: 'coreutils',
    files: programs('/usr/bin', 'ls cat chmod cp rm mv date env test true sleep'),
    conffiles: [],
  },
  { name: 'procps', files: programs('/usr/bin', 'ps top free kill pgrep watch'), conffiles: [] },
  {
    name: 'bash',
    files: { ...programs('/usr/bin', 'bash sh'), '/etc/bash.bashrc': '# system-wide\n' },
    conffiles: ['/etc/bash.bashrc'],
  },
  { name: 'curl', files: programs('/usr/bin', 'curl'), conffiles: [] },
  { name: 'wget', files: programs('/usr/bin', 'wget'), conffiles: [] },
  { name: 'python3-minimal', files: programs('/usr/bin', 'python3 perl php node'), conffiles: [] },
  {
    name: 'cron',
    files: { ...programs('/usr/sbin', 'cron'), '/etc/crontab': crontab() },
    conffiles: ['/etc/crontab'],
  },
  { name: 'openssh-server', files: programs('/usr/sbin', 'sshd'), conffiles: [] },
  {
    name: 'systemd',
    files: {
      ...programs('/usr/lib/systemd', 'systemd systemd-journald systemd-logind'),
      ...programs('/usr/bin', 'systemctl journalctl'),
    },
    conffiles: [],
  },
  { name: 'logrotate', files: programs('/usr/sbin', 'logrotate'), conffiles: [] },
];

function crontab(): string {
  return `SHELL=/bin/sh
PATH=/usr/local/sbin:/usr/local/bin:/sbin:/bin:/usr/sbin:/usr/bin
17 *	* * *	root	cd / && run-parts --report /etc/cron.hourly
`;
}

const passwd = `root:x:0:0:root:/root:/bin/bash
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
ada:x:1000:1000:Ada:/home/ada:/bin/bash
`;

const settings: Files = {
  '/etc/passwd': passwd,
  '/etc/group': 'root:x:0:\ndaemon:x:1:\nsudo:x:27:ada\nwww-data:x:33:\nada:x:1000:\n',
  '/etc/shadow': { content: 'root:*:19000:0:99999:7:::\nada:$y$j9T$x:19000:0:99999:7:::\n', mode: 0o640 },
  '/etc/os-release': 'ID=debian\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\n',
  '/etc/hostname': 'case\n',
  '/etc/machine-id': '0123456789abcdef0123456789abcdef\n',
  '/bin': { link: 'usr/bin' },
  '/sbin': { link: 'usr/sbin' },
  '/lib': { link: 'usr/lib' },
  '/etc/cron.hourly/': '',
  '/etc/cron.daily/': '',
  '/home/ada/': '',
  '/root/': '',
  '/tmp/': '',
};

const isPlanted = (file: Files[string]): file is PlantedFile =>
  typeof file === 'object' && !(file instanceof Uint8Array);

const contentOf = (file: Files[string]): string | Uint8Array | undefined =>
  isPlanted(file) ? file.content : file;

function isProgram(content: string | Uint8Array): boolean {
  return typeof content === 'string' ? content.startsWith('#!') : content[0] === 0x7f && content[1] === 0x45;
}

function mustRun(...command: readonly string[]): void {
  const { exitCode, stderr } = Bun.spawnSync([...command]);
  if (exitCode !== 0) throw new Error(`${command.join(' ')}: ${stderr}`);
}

function put(root: string, path: string, file: Files[string]): void {
  const at = join(root, path);
  if (path.endsWith('/')) {
    mkdirSync(at, { recursive: true });
    return;
  }
  mkdirSync(dirname(at), { recursive: true });
  const own = isPlanted(file) ? file : {};
  if (own.link !== undefined) {
    rmSync(at, { force: true });
    symlinkSync(own.link, at);
    return;
  }
  const content = contentOf(file) ?? '';
  writeFileSync(at, content);
  if (process.getuid?.() === 0) lchownSync(at, own.uid ?? 0, own.gid ?? 0);
  // After the owner: the kernel takes setuid away from a program that changes hands.
  chmodSync(at, own.mode ?? (isProgram(content) ? 0o755 : 0o644));
  if (own.capabilities !== undefined) mustRun('setcap', own.capabilities, at);
  if (own.immutable === true) mustRun('chattr', '+i', at);
}

const md5 = (content: string | Uint8Array): string =>
  new Bun.CryptoHasher('md5').update(content).digest('hex');

/** The database of dpkg as dpkg writes it: status, a list and md5sums for each package. */
function database(packages: readonly Package[]): Files {
  const files: Record<string, string> = {};
  const paragraphs: string[] = [];
  for (const { name, files: own, conffiles } of packages) {
    const contents = Object.entries(own).flatMap(([path, file]) => {
      const content = contentOf(file);
      return content === undefined || path.endsWith('/') ? [] : [{ path, content }];
    });
    const folders = new Set(['/.']);
    for (const path of Object.keys(own)) {
      for (let at = dirname(path); at !== '/'; at = dirname(at)) folders.add(at);
    }
    files[`/var/lib/dpkg/info/${name}.list`] = `${[...folders, ...Object.keys(own)].join('\n')}\n`;
    files[`/var/lib/dpkg/info/${name}.md5sums`] = contents
      .filter(({ path }) => !conffiles.includes(path))
      .map(({ path, content }) => `${md5(content)}  ${path.slice(1)}\n`)
      .join('');
    const listed = contents.filter(({ path }) => conffiles.includes(path));
    const section = listed.map(({ path, content }) => ` ${path} ${md5(content)}\n`).join('');
    paragraphs.push(
      `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.0-1\n${
        section === '' ? '' : `Conffiles:\n${section}`
      }Description: ${name}\n`,
    );
  }
  files['/var/lib/dpkg/status'] = `${paragraphs.join('\n')}\n`;
  return files;
}

type Planted = Pick<MechanismCase, 'packaged' | 'conffiles' | 'planted'>;

/** Many cases at once over a root that is there, with its own database of dpkg. */
export function plantOver(root: string, cases: readonly Planted[]): void {
  const packages = cases.flatMap(({ packaged, conffiles }, at) =>
    packaged === undefined ? [] : [{ name: `case-${at}`, files: packaged, conffiles: conffiles ?? [] }],
  );
  const status = '/var/lib/dpkg/status';
  const { [status]: added, ...lists } = database(packages);
  const layers = [...packages.map(({ files }) => files), lists, ...cases.map(({ planted }) => planted)];
  for (const layer of layers) for (const [path, file] of Object.entries(layer)) put(root, path, file);
  appendFileSync(join(root, status), `\n${contentOf(added ?? '')}`);
}

export interface PlantedRoot {
  readonly path: string;
  remove(): void;
}

/** A root with one case in it, or with none. Removed by the caller. */
export function plantRoot(one?: MechanismCase): PlantedRoot {
  const root = mkdtempSync(join(tmpdir(), 'demine-case-'));
  const extra: readonly Package[] =
    one?.packaged === undefined
      ? []
      : [{ name: 'case-package', files: one.packaged, conffiles: one.conffiles ?? [] }];
  const packages = [...basePackages, ...extra];
  const layers = [settings, ...packages.map((own) => own.files), database(packages), one?.planted ?? {}];
  // The links of the merged /usr come first: what is put below /bin lands in /usr/bin.
  for (const folder of ['/usr/bin/', '/usr/sbin/', '/usr/lib/']) put(root, folder, '');
  for (const layer of layers) for (const [path, file] of Object.entries(layer)) put(root, path, file);
  const immutable = Object.entries(one?.planted ?? {}).filter(
    ([, file]) => isPlanted(file) && file.immutable === true,
  );
  return {
    path: root,
    remove: () => {
      for (const [path] of immutable) mustRun('chattr', '-i', join(root, path));
      rmSync(root, { recursive: true, force: true });
    },
  };
}
