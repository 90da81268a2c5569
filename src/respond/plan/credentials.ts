/**
 * Credentials that were readable from where the attacker was: whoever mined could take them, so they are changed, from
 * another machine, when everything is gone. Names and places only; no value is read.
 */

import { parsePasswd } from '../../formats/passwd.ts';
import { type PathText, type Printable, phrase, printableText } from '../../model/text.ts';
import { isSurveyed, type Survey } from './case-view.ts';

/** Below a home. */
const ofHomes = [
  '.ssh/id_rsa',
  '.ssh/id_ed25519',
  '.ssh/id_ecdsa',
  '.ssh/id_dsa',
  '.aws/credentials',
  '.aliyun/config.json',
  '.tccli/default.credential',
  '.config/gcloud/credentials.db',
  '.azure/msal_token_cache.json',
  '.kube/config',
  '.docker/config.json',
  '.git-credentials',
  '.netrc',
  '.pgpass',
  '.my.cnf',
  '.npmrc',
  '.pypirc',
  '.vault-token',
  '.config/rclone/rclone.conf',
] as const;

const ofHosts = [
  '/etc/shadow',
  '/etc/ssh/ssh_host_rsa_key',
  '/etc/ssh/ssh_host_ed25519_key',
  '/etc/ssh/ssh_host_ecdsa_key',
  '/etc/kubernetes/admin.conf',
  '/etc/rancher/k3s/k3s.yaml',
  '/var/lib/kubelet/kubeconfig',
  '/var/run/secrets/kubernetes.io/serviceaccount/token',
  '/etc/mysql/debian.cnf',
  '/etc/redis/redis.conf',
] as const;

/** Homes whose credentials are looked for. */
const mostHomes = 1_000;

const homesOf = (passwd: Uint8Array): ReadonlyMap<string, string> =>
  new Map(
    [...parsePasswd(passwd)]
      .filter(({ home }) => /^\/[^/]/.test(home) && !/\/(?:\.{0,2}(?:\/|$))/.test(home))
      .slice(0, mostHomes)
      .map(({ name, home }) => [name, home]),
  );

/** Paths at which credentials may lie. @param passwd content of /etc/passwd */
export function credentialPaths(passwd: Uint8Array): readonly PathText[] {
  const homes = new Set(homesOf(passwd).values());
  return [
    ...ofHosts.map((path) => printableText(path)),
    ...[...homes].flatMap((home) =>
      ofHomes.map((name) => phrase`${home as PathText}/${printableText(name)}`),
    ),
  ];
}

/** Those that are there. @param user whose files he could read; `root` reads all */
export function readableCredentials(survey: Survey, user: string): readonly Printable[] {
  const passwd = survey.at('/etc/passwd');
  if (!isSurveyed(passwd) || passwd.content === undefined) return [];
  const home = homesOf(passwd.content).get(user);
  return credentialPaths(passwd.content).filter((path) => {
    const found = survey.at(path);
    if (!isSurveyed(found) || found.file.state.type !== 'file' || found.file.state.size === 0) return false;
    const openToAll = (found.file.state.mode & 0o004) !== 0;
    return user === 'root' || openToAll || (home !== undefined && path.startsWith(`${home}/`));
  });
}
