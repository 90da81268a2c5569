/**
 * `linux.agents`: signs that a security or cloud agent belongs on this host, and whether it runs.
 *
 * Reads: the pack packs/agents.json; /sys/class/dmi/id; package lists of dpkg, apk and pacman; unit files, masks
 * and links of systemd; init scripts; the agents' folders; executables of processes.
 * Why: droppers kill and remove protection first (families, "agent removal"). What it is NOT: a judgement. A
 * package whose daemon the owner never enabled is common, a cloud vendor's name in the SMBIOS alone is a weak
 * sign, and /lib is no unit folder of its own where it is a link. Packages of rpm are not asked for: reading its
 * database costs more than all other signs together; units and folders speak there.
 * A process counts by its executable; by its script where that is an interpreter; and by its name only where the
 * executable may not be read, so that a miner cannot pass for an agent by calling itself one.
 */
import agentPack from '../../../packs/agents.json' with { type: 'json' };
import { pacmanPackage, parseApkPackages, parseDpkgStatus } from '../../formats/package-files.ts';
import type { AgentFact } from '../../model/facts/host.ts';
import type { ProcessFact } from '../../model/facts/process.ts';
import {
  baseName,
  joinPath,
  type PathText,
  type Printable,
  printableBytes,
  printableText,
} from '../../model/text.ts';
import type { Artifact, ArtifactContext } from '../artifact.ts';
import { listNow, readFileNow } from './reading.ts';

export interface AgentDefinition {
  readonly id: string;
  readonly name: { readonly en: string; readonly 'zh-CN': string };
  /** What it is for: a missing security agent weighs more than a missing monitor. */
  readonly kind: string;
  readonly packages: readonly string[];
  /** Full names, `aegis.service`; a script of the same name in /etc/init.d counts too. */
  readonly units: readonly string[];
  readonly folders: readonly string[];
  /** Names of executables. */
  readonly processes: readonly string[];
  /** Text that the SMBIOS vendor begins with. */
  readonly vendors: readonly string[];
  readonly source: string;
}

/** All agents of the pack, for names in reports and for judging. */
export const agentDefinitions: readonly AgentDefinition[] = agentPack;

const artifact = 'linux.agents';
const mib = 1024 * 1024;
const unitFolders = [
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
  '/run/systemd/system',
  '/etc/systemd/system',
].map((path) => printableText(path));
const ownUnits = printableText('/etc/systemd/system');
const initScripts = printableText('/etc/init.d');
const dpkgStatus = printableText('/var/lib/dpkg/status');
const apkInstalled = printableText('/lib/apk/db/installed');
const pacmanLocal = printableText('/var/lib/pacman/local');
const dmiVendor = printableText('/sys/class/dmi/id/sys_vendor');
const mostUnits = 50_000;
const mostWantsFolders = 1_000;
const mostProcessesPerAgent = 32;

function fact(
  agent: AgentDefinition,
  sign: AgentFact['sign'],
  source: PathText,
  text: Printable,
  rest: { readonly line?: number; readonly pid?: number } = {},
): AgentFact {
  const { line, pid } = rest;
  return {
    kind: 'agent',
    source: { source, ...(line === undefined ? {} : { line }) },
    agent: agent.id,
    sign,
    ...(pid === undefined ? {} : { pid }),
    text,
  };
}

function vendorSigns(context: ArtifactContext): readonly AgentFact[] {
  const reading = readFileNow(context, artifact, dmiVendor, 4096);
  const vendor = printableBytes(reading.bytes).replace(/%0A$/, '');
  if (vendor === '') return [];
  return agentDefinitions
    .filter((agent) => agent.vendors.some((name) => vendor.startsWith(name)))
    .map((agent) => fact(agent, 'vendor', dmiVendor, printableBytes(reading.bytes), { line: 1 }));
}

/** Installed packages: name to where it stands. */
function readPackages(context: ArtifactContext): ReadonlyMap<string, { source: PathText; line?: number }> {
  const found = new Map<string, { source: PathText; line?: number }>();
  const lists = [
    { path: dpkgStatus, parse: parseDpkgStatus },
    { path: apkInstalled, parse: parseApkPackages },
  ];
  for (const { path, parse } of lists) {
    const reading = readFileNow(context, artifact, path, 64 * mib);
    for (const [name, line] of parse(reading.bytes)) found.set(name, { source: path, line });
  }
  for (const { name } of listNow(context, artifact, pacmanLocal, 100_000).entries)
    found.set(pacmanPackage(name), { source: joinPath(pacmanLocal, name) });
  return found;
}

function packageSigns(context: ArtifactContext): readonly AgentFact[] {
  const installed = readPackages(context);
  return agentDefinitions.flatMap((agent) =>
    agent.packages.flatMap((name) => {
      const place = installed.get(name);
      if (place === undefined) return [];
      return [fact(agent, 'package', place.source, printableText(`package ${name}`), place)];
    }),
  );
}

/** Unit files and init scripts by name, and the names that some target wants. */
class Units {
  readonly places = new Map<string, PathText>();
  readonly wanted = new Set<string>();

  constructor(context: ArtifactContext) {
    for (const folder of [...unitFolders, initScripts]) {
      for (const entry of listNow(context, artifact, folder, mostUnits).entries) {
        if (entry.type !== 'directory')
          this.places.set(this.#name(folder, entry.name), joinPath(folder, entry.name));
      }
    }
    this.#readWants(context);
  }

  #name(folder: PathText, name: Printable): string {
    return folder === initScripts ? `init:${name}` : name;
  }

  #readWants(context: ArtifactContext): void {
    const { entries } = listNow(context, artifact, ownUnits, mostUnits);
    const folders = entries.filter(
      (entry) => entry.type === 'directory' && /\.(?:wants|requires)$/.test(entry.name),
    );
    for (const { name } of folders.slice(0, mostWantsFolders)) {
      for (const unit of listNow(context, artifact, joinPath(ownUnits, name), mostUnits).entries)
        this.wanted.add(unit.name);
    }
  }
}

function unitSigns(context: ArtifactContext): readonly AgentFact[] {
  const units = new Units(context);
  const facts: AgentFact[] = [];
  for (const agent of agentDefinitions) {
    for (const unit of agent.units) {
      const place = units.places.get(unit);
      const script = units.places.get(`init:${unit.replace(/\.service$/, '')}`);
      if (script !== undefined)
        facts.push(fact(agent, 'unit', script, printableText(`init script ${script}`)));
      if (place !== undefined) facts.push(unitSign(context, agent, unit, place, units.wanted));
    }
  }
  return facts;
}

/** systemd.unit(5): a link to /dev/null, or an empty file, masks a unit. */
function unitSign(
  context: ArtifactContext,
  agent: AgentDefinition,
  unit: string,
  place: PathText,
  wanted: ReadonlySet<string>,
): AgentFact {
  const link = context.target.readNow({ kind: 'link', path: place });
  if (link.status === 'ok' && link.target === '/dev/null')
    return fact(agent, 'unit-masked', place, printableText(`${unit} is masked by a link to /dev/null`));
  const reading = readFileNow(context, artifact, place, 256 * 1024);
  if (reading.status === 'empty')
    return fact(agent, 'unit-masked', place, printableText(`${unit} is masked by an empty file`));
  const text = Buffer.from(reading.bytes).toString('latin1');
  const canBeEnabled = /^[ \t]*(?:WantedBy|RequiredBy)[ \t]*=/m.test(text);
  return canBeEnabled && !wanted.has(unit)
    ? fact(agent, 'unit-disabled', place, printableText(`${unit} can be enabled and is not`))
    : fact(agent, 'unit', place, printableText(`unit ${unit}`));
}

function folderSigns(context: ArtifactContext): readonly AgentFact[] {
  return agentDefinitions.flatMap((agent) =>
    agent.folders.flatMap((folder) => {
      const path = printableText(folder);
      const { stat } = context.target.readNow({ kind: 'stat', path });
      return stat?.type === 'directory'
        ? [fact(agent, 'folder', path, printableText(`folder ${folder}`))]
        : [];
    }),
  );
}

const interpreter = /^(?:python|perl|ruby|bash|sh|dash|java|node)[0-9.]{0,8}$/;
/** TASK_COMM_LEN without its NUL: longer names are cut in /proc/pid/comm. */
const commLength = 15;

function processNames(process: ProcessFact): readonly string[] {
  if (process.kernelThread) return [];
  if (process.exe === undefined) return process.exeStatus === 'denied' ? [process.name] : [];
  const own = baseName(process.exe.path);
  if (!interpreter.test(own)) return [own];
  return process.argv.slice(1, 4).map(baseName);
}

function processSigns(context: ArtifactContext): readonly AgentFact[] {
  const byName = new Map<string, AgentDefinition>();
  for (const agent of agentDefinitions) {
    for (const name of agent.processes) {
      byName.set(name, agent);
      if (name.length > commLength) byName.set(name.slice(0, commLength), agent);
    }
  }
  // A miner may lie in an agent's folder too, so the folder speaks only for agents without known executables.
  const inFolder = (path: PathText): AgentDefinition | undefined =>
    agentDefinitions.find(
      (agent) =>
        agent.processes.length === 0 && agent.folders.some((folder) => path.startsWith(`${folder}/`)),
    );
  const counts = new Map<string, number>();
  const facts: AgentFact[] = [];
  for (const process of context.facts.of('process')) {
    const named = processNames(process).map((name) => byName.get(name));
    const agent =
      named.find((found) => found !== undefined) ??
      (process.exe === undefined ? undefined : inFolder(process.exe.path));
    if (agent === undefined) continue;
    const count = (counts.get(agent.id) ?? 0) + 1;
    counts.set(agent.id, count);
    if (count > mostProcessesPerAgent) continue;
    facts.push(
      fact(agent, 'process', process.source.source, process.exe?.path ?? process.name, { pid: process.pid }),
    );
  }
  return facts;
}

export const agents: Artifact = {
  id: artifact,
  sources: [
    { kind: 'file', path: dmiVendor, live: true },
    { kind: 'file', path: dpkgStatus, live: false },
    { kind: 'file', path: apkInstalled, live: false },
    { kind: 'directory', path: pacmanLocal, live: false },
    ...unitFolders.map((path) => ({ kind: 'directory' as const, path, live: false })),
    { kind: 'directory', path: initScripts, live: false },
    ...agentDefinitions.flatMap((agent) =>
      agent.folders.map((path) => ({ kind: 'directory' as const, path, live: false })),
    ),
  ],
  order: 6,
  required: false,
  gather(context) {
    return Promise.resolve([
      ...vendorSigns(context),
      ...packageSigns(context),
      ...unitSigns(context),
      ...folderSigns(context),
      ...processSigns(context),
    ]);
  },
};
