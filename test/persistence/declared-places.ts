/**
 * The places that artifacts declare, each with names in the place of its wildcards that the artifact
 * would take for its own: what a root folder is filled with that has something odd wherever something is read.
 */
import type { Artifact, SourceDeclaration } from '../../src/artifacts/artifact.ts';
import { agents } from '../../src/artifacts/linux/agents.ts';
import { bpf } from '../../src/artifacts/linux/bpf.ts';
import { containers } from '../../src/artifacts/linux/containers.ts';
import { droppedFiles } from '../../src/artifacts/linux/dropped-files.ts';
import { forwards } from '../../src/artifacts/linux/forwards.ts';
import { ftrace } from '../../src/artifacts/linux/ftrace.ts';
import { gpu } from '../../src/artifacts/linux/gpu.ts';
import { host } from '../../src/artifacts/linux/host.ts';
import { hostsFile } from '../../src/artifacts/linux/hosts-file.ts';
import { kernelSettings } from '../../src/artifacts/linux/kernel-settings.ts';
import { knownHosts } from '../../src/artifacts/linux/known-hosts.ts';
import { load } from '../../src/artifacts/linux/load.ts';
import { loadHistory } from '../../src/artifacts/linux/load-history.ts';
import { modules } from '../../src/artifacts/linux/modules.ts';
import { mounts } from '../../src/artifacts/linux/mounts.ts';
import { msr } from '../../src/artifacts/linux/msr.ts';
import { persistenceArtifacts } from '../../src/artifacts/linux/persistence.ts';
import { processes } from '../../src/artifacts/linux/processes.ts';
import { sockets } from '../../src/artifacts/linux/sockets.ts';

/** What a scan of Linux reads beside what starts by itself. */
export const otherArtifacts: readonly Artifact[] = [
  ...[host, containers, processes, mounts, sockets, forwards, modules, kernelSettings, msr, bpf, ftrace],
  ...[load, loadHistory, hostsFile, agents, gpu, knownHosts, droppedFiles],
];

export interface DeclaredPlace {
  readonly artifact: string;
  /** As it was declared. */
  readonly pattern: string;
  readonly paths: readonly string[];
}

/** A name that is taken where the whole last name is a wildcard, by the folder it lies in; `N` makes it one of its own. */
const lastNames: readonly (readonly [folder: RegExp, name: string])[] = [
  [
    /\/systemd\/(?:system|user)(?:\.control|\.attached)?$|\/systemd\/(?:transient|generator[.a-z]*)$/,
    'zyN.service',
  ],
  [/\/rc[0-6S]\.d$/, 'S50zyN'],
  [/\/containers\/systemd/, 'zyN.container'],
  [/\/(?:manifests|pods|addons|kubelet\.d|pod-manifests)$/, 'zyN.yaml'],
  [/\/net\.d$/, 'zyN.conflist'],
  [/\/hooks$/, 'post-merge'],
  [/vim\b.*\/(?:plugin|ftdetect|ftplugin)$/, 'zyN.vim'],
  [/\/nvim\/lua$/, 'zyN.lua'],
  [/\/(?:site-start\.d|site-lisp)$/, 'zyN.el'],
  [/\/docker\/plugins$/, 'zyN.json'],
  [/\/(?:yum-plugins|startup)$/, 'zyN.py'],
  [/\/grub\.d$/, 'zyN.cfg'],
  [/\/autostart$/i, 'zyN.desktop'],
  [/\/\.?(?:local\/)?bin$/, 'ls'],
  [
    /\/(?:apache2?|httpd|lighttpd|extra|vhost|etc|conf|conf-enabled|conf\.d|vhosts\.d|mods-enabled|sites-enabled|conf\.modules\.d|modsec|supervisord?\.d|profile|cmdline\.d|entries)$/,
    'zyN.conf',
  ],
];

/** Parts of names with a wildcard in them, and what stands for the part. */
const parts: readonly (readonly [part: string, name: string])[] = [
  ['/home/*', '/home/ada'],
  // Before the names of Python, which it holds.
  ['ipython*_config', 'ipython_config'],
  ['python3*', 'python3.11'],
  ['python*', 'python3.11'],
  ['lib*/', 'lib/'],
  ['*-packages', 'site-packages'],
  ['customize*', 'customize.py'],
  ['/rpm/macros*', '/rpm/macros.*'],
  ['.action*', '.action'],
  ['*-data', 'user-data'],
  ['/etc/php*/**/', '/etc/php8/fpm/'],
  ['/php/*/**/', '/php/8.2/fpm/'],
  ['/php-versions/*/**/', '/php-versions/8.2/etc/'],
  ['/lsws/*/**/', '/lsws/lsphp82/etc/php/'],
  ['/cpanel/*/**/', '/cpanel/ea-php82/root/etc/php.d/'],
  ['/remi/*/**/', '/remi/php82/php.d/'],
  ['/alt/*/**/', '/alt/php82/etc/'],
  ['/*.git/', '/zy.git/'],
  ['/skel/.*', '/skel/.bashrc'],
  ['/scripts/pre*', '/scripts/preupcp'],
  ['/scripts/post*', '/scripts/postupcp'],
  ['jupyter/*.py', 'jupyter/jupyter_server_config.py'],
  ['ipython/*.py', 'ipython/ipython_config.py'],
  ['profile_*', 'profile_default'],
  ['/sa[0-9]*', '/sa07'],
  ['/atop_[0-9]*', '/atop_20261120'],
];

/** `{a,b}` spelled out. */
function braces(pattern: string): readonly string[] {
  const found = /\{([^{}]*)\}/.exec(pattern);
  if (found === null) return [pattern];
  const [whole, inner = ''] = found;
  const rest = pattern.slice(found.index + whole.length);
  return inner.split(',').flatMap((one) => braces(pattern.slice(0, found.index) + one + rest));
}

function named(pattern: string, number: number): string {
  const known = parts.reduce((path, [part, name]) => path.replaceAll(part, name), pattern);
  const cut = known.lastIndexOf('/');
  const [folder, last] = [
    known.slice(0, cut).replaceAll('**', 'deep').replaceAll('*', 'zy'),
    known.slice(cut + 1),
  ];
  const name = /^\*+$/.test(last) ? lastNames.find(([where]) => where.test(folder))?.[1] : undefined;
  return `${folder}/${(name ?? last.replace(/\*+/, 'zyN')).replace('N', String(number)).replaceAll('*', 'zy')}`;
}

const isKernel = /^\/(?:proc|sys|dev)\//;
const isFile = ({ kind, path }: SourceDeclaration): boolean =>
  (kind === 'file' || kind === 'glob') && !isKernel.test(path);

/** Files that are declared, outside of what the kernel makes, in the order of the artifacts. */
export function declaredPlaces(): readonly DeclaredPlace[] {
  const patterns = new Map<string, number>();
  return [...persistenceArtifacts, ...otherArtifacts].flatMap(({ id, sources }) =>
    sources.filter(isFile).map(({ path }): DeclaredPlace => {
      const number = patterns.get(path) ?? patterns.size;
      patterns.set(path, number);
      return {
        artifact: id,
        pattern: path,
        paths: [...new Set(braces(path).map((one) => named(one, number)))],
      };
    }),
  );
}

/** Single files of the kernel that are declared, and those of one process that stand for those of all. */
export function declaredKernelFiles(pid: number): readonly string[] {
  const paths = [...persistenceArtifacts, ...otherArtifacts].flatMap(({ sources }) =>
    sources
      .filter(({ kind, path }) => (kind === 'file' || kind === 'glob') && isKernel.test(path))
      .flatMap(({ path }) => braces(path.replace('[0-9]*', String(pid)))),
  );
  return [...new Set(paths)].filter((path) => !/[*[]/.test(path));
}
