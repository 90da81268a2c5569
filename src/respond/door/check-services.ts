/**
 * Doors of the Docker Engine, the kubelet, Jenkins, Nacos and Spark as their settings and command lines stand.
 *
 * Sources: docs.docker.com/reference/cli/dockerd; KubeletConfiguration of kubelet.config.k8s.io/v1beta1 and the flags
 * of kubelet(1), which win over the file; Jenkins core hudson.model.Hudson config.xml; nacos.io auth;
 * spark.apache.org/docs/latest/security.html.
 */
import { filesIn } from '../../artifacts/linux/entry.ts';
import {
  flagMember,
  member,
  numberMember,
  parseLooseJson,
  textMember,
  textsMember,
} from '../../formats/loose-json.ts';
import { lineOf, readYaml, textAt } from '../../formats/yaml-documents.ts';
import { printableText } from '../../model/text.ts';
import {
  type Checked,
  closedBy,
  type DoorView,
  openBy,
  openByDefault,
  type SettingsLine,
  unknown,
} from './door-view.ts';
import { dockerFile, jenkinsFiles, kubeletFile, nacosFiles } from './measures.ts';

const artifact = 'respond.door';
const unitFolders = ['/etc/systemd/system', '/usr/lib/systemd/system', '/lib/systemd/system'];

/** Command lines of units of a name with their drop-ins; what stands in `/etc` comes first. */
function unitLines(view: DoorView, unit: string): readonly SettingsLine[] {
  return unitFolders.flatMap((folder) => [
    ...(view.lines(`${folder}/${unit}`) ?? []),
    ...filesIn(view.context, artifact, printableText(`${folder}/${unit}.d`), (name) =>
      name.endsWith('.conf'),
    ).flatMap(({ path }) => view.lines(path) ?? []),
  ]);
}

const overTcp = /(?:^|[\s="'])(?:-H|--host)(?:[\s=]+)?["']?tcp:\/\//;

export function checkDockerTcp(view: DoorView): Checked {
  const units = unitLines(view, 'docker.service');
  const settings = view.bytes(dockerFile);
  const lines = view.lines(dockerFile);
  const parsed = settings === undefined ? undefined : parseLooseJson(settings);
  const value = parsed?.ok === true ? parsed.value : undefined;
  const hosts = textsMember(value, 64, 'hosts').filter((host) => /^tcp:/i.test(host));
  if (hosts.length > 0 && flagMember(value, 'tlsverify') !== true) {
    const line = lines?.find(({ text }) => /tcp:/i.test(text));
    return line === undefined ? openByDefault(dockerFile, hosts.join(', ')) : openBy(line);
  }
  const started = units.find(({ text }) => overTcp.test(text) && !/--tlsverify(?!=false)/.test(text));
  if (started !== undefined) return openBy(started);
  const running = view.result.processes.find(
    ({ name, commandLine }) => name === 'dockerd' && overTcp.test(commandLine),
  );
  if (running !== undefined && !/--tlsverify(?!=false)/.test(running.commandLine)) {
    return openByDefault(`pid ${running.pid}`, running.commandLine.slice(0, 240));
  }
  // A file that is no JSON keeps the daemon from starting, and says nothing.
  if (units.length === 0 && value === undefined) return unknown;
  return closedBy(...(lines ?? []).filter(({ text }) => /"hosts"/.test(text)).slice(0, 1));
}

const kubeletFlagFiles = [
  '/var/lib/kubelet/kubeadm-flags.env',
  '/etc/default/kubelet',
  '/etc/sysconfig/kubelet',
];

interface KubeletRule {
  /** On a command line: it wins over the file. */
  readonly flag: RegExp;
  /** The value of the file that stands open; what is not there is closed. */
  readonly isOpen: (value: unknown) => boolean;
  /** Words of the line of the file that is shown. */
  readonly words: readonly string[];
}

function checkKubelet(view: DoorView, { flag, isOpen, words }: KubeletRule): Checked {
  const flags = [
    ...kubeletFlagFiles.flatMap((path) => view.lines(path) ?? []),
    ...unitLines(view, 'kubelet.service'),
  ].find(({ text }) => flag.test(text));
  if (flags !== undefined) return openBy(flags);
  const running = view.result.processes.find(
    ({ name, commandLine }) => name === 'kubelet' && flag.test(commandLine),
  );
  if (running !== undefined) return openByDefault(`pid ${running.pid}`, running.commandLine.slice(0, 240));
  const bytes = view.bytes(kubeletFile);
  const document = bytes === undefined ? undefined : readYaml(bytes).documents[0];
  if (document === undefined) return unknown;
  const line = lineOf(document, ...words);
  const shown = { source: printableText(kubeletFile), line, text: textAt(document, line) };
  return isOpen(document.value) ? openBy(shown) : closedBy();
}

export const checkKubeletAnonymous = (view: DoorView): Checked =>
  checkKubelet(view, {
    flag: /--anonymous-auth=true/,
    isOpen: (value) => flagMember(value, 'authentication', 'anonymous', 'enabled') === true,
    words: ['anonymous', 'enabled'],
  });
export const checkKubeletMode = (view: DoorView): Checked =>
  checkKubelet(view, {
    flag: /--authorization-mode=AlwaysAllow/,
    isOpen: (value) => textMember(value, 'authorization', 'mode') === 'AlwaysAllow',
    words: ['authorization', 'mode'],
  });
export const checkKubeletReadOnly = (view: DoorView): Checked =>
  checkKubelet(view, {
    flag: /--read-only-port=[1-9]/,
    isOpen: (value) =>
      (numberMember(value, 'readOnlyPort') ?? 0) > 0 || member(value, 'readOnlyPort') === '10255',
    words: ['readOnlyPort'],
  });

export function checkJenkins(view: DoorView): Checked {
  const found = view.firstOf(jenkinsFiles);
  if (found === undefined) return unknown;
  const open = found.lines.find(({ text }) =>
    /<useSecurity>\s*false|AuthorizationStrategy\$Unsecured|<denyAnonymousReadAccess>\s*false/.test(text),
  );
  if (open !== undefined) return openBy(open);
  const secured = found.lines.find(({ text }) => /<useSecurity>\s*true/.test(text));
  return secured === undefined ? unknown : closedBy(secured);
}

/** The key that older releases came with, known to everybody. */
const knownSecret = /SecretKey0123456789|VGhpc0lzTXlDdXN0b21TZWNyZXRLZXkwMTIzNDU2Nzg/;

export function checkNacos(view: DoorView): Checked {
  const found = view.firstOf(nacosFiles);
  if (found === undefined) return unknown;
  const secret = found.lines.find(({ text }) => /token\.secret\.key/.test(text) && knownSecret.test(text));
  if (secret !== undefined) return openBy(secret);
  const line = found.lines.findLast(({ text }) => /^\s*nacos\.core\.auth\.enabled\s*=/.test(text));
  if (line === undefined) return openByDefault(found.path, 'nacos.core.auth.enabled=false (default)');
  return /=\s*(?:true|\$\{[^}]*:true\})\s*$/.test(line.text) ? closedBy(line) : openBy(line);
}

export function checkSparkRest(view: DoorView): Checked {
  const found = view.firstOf(['/opt/spark/conf/spark-defaults.conf', '/etc/spark/conf/spark-defaults.conf']);
  const line = found?.lines.findLast(({ text }) => /^\s*spark\.master\.rest\.enabled[\s=]/.test(text));
  if (line === undefined) return unknown;
  // Off by default since Spark 2.4; a line that says true opens it again.
  return /true\s*$/i.test(line.text) ? openBy(line) : closedBy(line);
}

export function checkScripts(view: DoorView): Checked {
  const found = view.firstOf(['/root/.npmrc', '/etc/npmrc', '/usr/etc/npmrc']);
  const line = found?.lines.findLast(({ text }) => /^\s*ignore-scripts\s*=/.test(text));
  if (line === undefined) return unknown;
  return /=\s*true\s*$/.test(line.text) ? closedBy(line) : openBy(line);
}
