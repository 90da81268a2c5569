/** English texts of the rules. */

import { coinName } from '../coins.ts';
import { processName } from '../process-names.ts';
import type { BenignTexts, RuleTexts, WhyTexts } from '../rules.ts';
import { commandRules } from './command-rules.ts';
import { coverage } from './coverage.ts';
import { persistence } from './persistence.ts';

export { ruleNames } from './rule-names.ts';

const named = (process: string, pid: number): string => processName(process, pid, 'en');

const places: Readonly<Record<string, string>> = {
  memory: 'its memory',
  'command-line': 'its command line',
  environment: 'its environment',
  'config-file': 'a configuration file it has open',
  executable: 'its program file',
};
const place = (id: string): string => places[id] ?? id;

const mechanismName = (id: string): string =>
  Object.entries(persistence.mechanisms).find(([name]) => name === id)?.[1] ?? id;

const sightingPlaces: Readonly<Record<string, string>> = {
  ...places,
  socket: 'a network connection',
  'command line': 'a command line',
  'hosts file': 'the hosts file',
  file: 'a file on the disk',
  executable: 'a program file',
  entry: 'an entry that starts by itself',
  memory: 'the memory of a process',
};

const signs: Readonly<Record<string, string>> = {
  package: 'its package is installed',
  unit: 'its service is set up',
  'unit-masked': 'its service is blocked from starting',
  'unit-disabled': 'its service is switched off',
  folder: 'its folder exists',
  vendor: 'the machine belongs to its cloud',
  log: 'its log exists',
};

const views: Readonly<Record<string, string>> = {
  readdir: 'the usual listing of /proc',
  getdents: 'the raw listing of /proc',
  stat: 'a direct look at /proc',
  kill: 'the signal check',
  scheduler: 'the scheduler',
  'link-count': 'the count of /proc entries',
  cgroup: 'the control groups',
  socket: 'the owners of connections',
  mount: 'the mount table',
  proc: '/proc/net',
  netlink: 'the kernel socket query',
  descriptor: 'the open files of processes',
  'proc-modules': '/proc/modules',
  sysfs: '/sys/module',
  kallsyms: 'the kernel symbol list',
  vmallocinfo: 'the kernel memory list',
};

const witnesses: Readonly<Record<string, string>> = {
  registers: 'processor registers',
  'memory-shape': 'shape of its memory',
  'memory-content': 'content of its memory',
  traffic: 'network connection',
  cpu: 'processor use',
  gpu: 'graphics card use',
  name: 'its name',
  'command-line': 'command line',
  file: 'program file',
  package: 'package database',
  view: 'contradiction between system views',
  kernel: 'kernel state',
  environment: 'environment variables',
  container: 'container settings',
  indicator: 'indicator from the alert',
};

/** Replaces the ids of a joined list by words. */
function list(ids: string, words: Readonly<Record<string, string>>): string {
  return ids
    .split(', ')
    .map((id) => words[id] ?? id)
    .join(', ');
}

const shapeSigns: Readonly<Record<string, string>> = {
  cache: 'the 256 MiB RandomX cache',
  code: 'machine code generated while it runs, of the size that RandomX generates',
  threads: 'busy threads that are each tied to one core',
};

export const rules: RuleTexts = {
  'cpu.randomx-registers': ({ process, pid, threads, modes }) => ({
    title: `${named(process, pid)} is computing RandomX, the algorithm of Monero miners`,
    explanation: `The processor state of ${threads} of its threads was sampled: tiny numbers are flushed to zero while the rounding mode keeps changing (${modes} modes seen). Ordinary programs do not do both; RandomX must. This shows what the program computes, whatever it is called.`,
  }),
  'cpu.randomx-full-node': ({ process, pid, threads }) => ({
    title: `${named(process, pid)} computes RandomX and may be a full Monero node`,
    explanation: `${threads} of its threads compute RandomX. A Monero node does that to check blocks, and this process looks like one. Ask whether somebody here runs a node; if so, declare it in demine.yaml, if not, treat it as a miner.`,
  }),
  'cpu.unowned': ({ windows, percent }) => ({
    title: `${percent} % of one processor core is used by no visible process`,
    explanation: `In ${windows} separate periods the processors did more work than all visible processes together, with those that ended in between counted. Something that keeps out of the process list may be using them.`,
  }),
  'cpu.pauses-when-watched': ({ process, pid, watcher, before, watched, after }) =>
    watcher !== 'none'
      ? {
          title: `${named(process, pid)} goes quiet while it is being watched`,
          explanation: `It used ${before} % of a core, ${watched} % while a monitoring program seemed to run, and ${after} % afterwards. Miners pause like this so that nobody sees them in a process monitor.`,
        }
      : {
          title: `${named(process, pid)} paused during the scan and went on`,
          explanation: `It used ${before} % of a core, ${watched} % during a pause, and ${after} % afterwards. Miners pause while somebody looks, but much honest work comes in bursts; "demine --active" tells the two apart with a decoy.`,
        },
  'memory.randomx-dataset': ({ process, pid, sign, size }) => ({
    title: `${named(process, pid)} holds the memory a Monero miner needs`,
    explanation: `It holds one block of ${size} MiB, as the RandomX dataset needs, together with a second sign: ${shapeSigns[sign] ?? sign}. The sizes follow from the algorithm, so they stay the same when the program is renamed.`,
  }),
  'memory.randomx-cache': ({ process, pid, size }) => ({
    title: `${named(process, pid)} holds one memory block of a size that RandomX uses`,
    explanation: `A block of ${size} MiB fits RandomX, but other programs ask for such round sizes too. On its own this says little; it counts only together with other signs.`,
  }),
  'memory.mining-shape': ({ process, pid, algorithm, count, size }) => ({
    title: `The memory of ${named(process, pid)} resembles a ${algorithm} miner`,
    explanation: `${count} blocks of ${size} KiB match the working memory that ${algorithm} needs for each thread. Other programs can look alike, so this counts only together with other signs.`,
  }),
  'gpu.mining-library': ({ process, pid, library }) => ({
    title: `${named(process, pid)} has loaded a library made for mining on graphics cards`,
    explanation: `It mapped ${library}, which is built for miners, and holds a graphics card open.`,
  }),
  'gpu.unknown-compute': ({ process, pid, device }) => ({
    title: `${named(process, pid)} computes on a graphics card and belongs to no installed package`,
    explanation: `It holds ${device} and has compute libraries loaded. Machine learning looks the same; check whether somebody here knows the program.`,
  }),
  'kernel.msr-mining-values': ({ preset, cpus }) => ({
    title: `The processor is set up the way RandomX miners set it up (${preset})`,
    explanation: `On ${cpus} cores the hidden tuning registers hold exactly the values that miners write to speed up RandomX. The values stay until the next restart, also after the miner has ended.`,
  }),
  'kernel.mining-tuning': ({ settings }) => ({
    title: 'Several system settings match those a miner installer makes',
    explanation: `These settings together are typical for mining: ${settings}. Each of them alone is harmless and also used for databases or virtual machines.`,
  }),
  'content.mining-session': ({ process, pid, place: where, wallet, coin }) => ({
    title: `${named(process, pid)} is mining ${coinName(coin, 'en')} for the wallet ${wallet}`,
    explanation: `In ${place(where)} stand a wallet address whose checksum is right and the login a miner sends to its pool, and the process uses the processor. The wallet shows who gets the money; keep it for the report.`,
  }),
  'content.miner-configuration': ({ process, pid, place: where, program, pool }) => ({
    title: `${named(process, pid)} carries settings of ${program === 'unknown' ? 'a mining program' : `the mining program ${program}`}`,
    explanation: `In ${place(where)} stands what only mining programs are told or write${pool === '' ? '' : `; it names the pool ${pool}`}. It shows for whom the work is done; keep it for the report.`,
  }),
  'content.wallet': ({ process, pid, place: where, wallet, coin }) => ({
    title: `${named(process, pid)} carries the ${coinName(coin, 'en')} wallet ${wallet}`,
    explanation: `The checksum of the address is right, so it is a real address and no random text. It was found in ${place(where)}.`,
  }),
  'content.pool': ({ process, pid, place: where, pool }) => ({
    title: `${named(process, pid)} names the mining pool ${pool}`,
    explanation: `The address of a pool was found in ${place(where)}. A name alone proves nothing; it makes other signs more credible.`,
  }),
  'content.mining-words': ({ process, pid, place: where }) => ({
    title: `Words about mining were found in ${named(process, pid)}`,
    explanation: `They stand in ${place(where)}. Browsers, editors and security programs hold such words when they show or search for them, so this alone means nothing.`,
  }),
  'content.miner-api': ({ process, pid, port, program }) => ({
    title: `${named(process, pid)} answers as the mining program ${program}`,
    explanation: `Asked on its own local port ${port}, it answered with the status page of a miner.`,
  }),
  'traffic.stratum-session': ({ process, pid, remote }) => ({
    title: `${named(process, pid)} is talking to a mining pool at ${remote}`,
    explanation:
      'It uses the processor, speaks the language of mining pools and holds a connection open. That is what a working miner does.',
  }),
  'traffic.sparse-session': ({ process, pid, remote }) => ({
    title: `${named(process, pid)} works hard and keeps one quiet connection to ${remote}`,
    explanation:
      'A miner receives a small task now and then and sends back small results. This program belongs to no installed package, offers no service of its own and shows that pattern. Find out what it is.',
  }),
  'traffic.mining-port': ({ process, pid, remote }) => ({
    title: `${named(process, pid)} is connected to a port often used by mining pools (${remote})`,
    explanation:
      'Port numbers are free to choose, so this proves nothing alone. It makes other signs more credible.',
  }),
  'hidden.process': ({ process, pid, missing, seen }) => ({
    title: `The running process ${named(process, pid)} is hidden`,
    explanation: `It is visible to ${list(seen, views)} but missing from ${list(missing, views)}. Both were looked at twice. Programs do not disappear from a list by themselves: something on this host removes it.`,
  }),
  'hidden.process-by-mount': ({ process, pid, mount }) => ({
    title: `The running process ${named(process, pid)} is covered up`,
    explanation: `Something was mounted over ${mount}, so that ps and top show nothing or another process there. There is no ordinary reason to do that.`,
  }),
  'hidden.mount-over-process': ({ mount }) => ({
    title: `Something is mounted over the process folder ${mount}`,
    explanation:
      'Such a mount covers a process so that ps and top cannot show it. There is no ordinary reason to do that.',
  }),
  'hidden.mount-over-file': ({ mount }) => ({
    title: `A system file is covered by a mount: ${mount}`,
    explanation:
      'Programs that read this file see what lies on top of it and not the real one. On a host, outside of containers, that is unusual.',
  }),
  'hidden.socket': ({ local, remote, missing }) => ({
    title: `A network connection is hidden: ${local} to ${remote}`,
    explanation: `One view of the kernel shows it, but it is missing from ${list(missing, views)}. Rootkits filter such lists to hide the connection to a pool or a control server.`,
  }),
  'hidden.module': ({ module, missing, seen }) => ({
    title: `The kernel module ${module} is hidden`,
    explanation: `It is visible in ${list(seen, views)} but missing from ${list(missing, views)}. A module that hides itself can also hide files, processes and connections.`,
  }),
  'hidden.module-count': ({ counted, listed }) => ({
    title: 'The kernel has more modules than it lists',
    explanation: `/sys/module counts ${counted} folders and shows ${listed}. The difference is being kept out of the list.`,
  }),
  'kernel.taint-unexplained': ({ mask }) => ({
    title: 'A foreign kernel module was loaded, and none is listed now',
    explanation: `The kernel remembers (value ${mask}) that a module from outside the distribution or without signature was loaded since boot. No listed module explains it: it was unloaded, or it hides.`,
  }),
  'kernel.listing-hooked': ({ function: name }) => ({
    title: `A kernel function that makes system listings is being intercepted: ${name}`,
    explanation:
      'Whoever intercepts this function can remove entries from the lists of files, processes or connections. Tracing tools do it too, but seldom here.',
  }),
  'kernel.unknown-bpf-program': ({ process, pid, program, type }) => ({
    title: `${named(process, pid)} put a program into the kernel: ${program === '' ? type : program}`,
    explanation: `The process runs from an unusual place and holds a kernel program of type ${type}, which can watch or change what others see.`,
  }),
  'disguise.deleted-executable': ({ process, pid, path }) => ({
    title: `The program file of ${named(process, pid)} was deleted while it runs`,
    explanation: `${path} no longer exists, but the process continues. Miners delete their file so that virus scanners find nothing. The program can still be saved from memory before the process is ended.`,
  }),
  'disguise.memory-executable': ({ process, pid, path }) => ({
    title: `${named(process, pid)} runs from memory only and never had a file on disk`,
    explanation: `Its program is ${path}, an unnamed file in memory. Attackers use this to leave nothing on disk.`,
  }),
  'disguise.kernel-thread-name': ({ process, pid, shown, path }) => ({
    title: `${named(process, pid)} pretends to be part of the kernel`,
    explanation: `It shows the name ${shown}, but real kernel threads have no program file, and this one runs ${path}.`,
  }),
  'disguise.borrowed-name': ({ process, pid, shown, path }) => ({
    title: `${named(process, pid)} shows the name of a system program that it is not`,
    explanation: `It calls itself ${shown}, but the program that runs is ${path}, which belongs to no installed package.`,
  }),
  'disguise.unusual-folder': ({ process, pid, path }) => ({
    title: `${named(process, pid)} runs from a folder where programs are seldom kept`,
    explanation: `Its file is ${path}. Attackers use temporary and hidden folders because everybody may write there; developers do it too.`,
  }),
  'disguise.preload': ({ process, pid, variable, library }) => ({
    title: `A foreign library is forced into ${named(process, pid)}`,
    explanation: `${variable} makes it load ${library} first. Such a library can change what the program sees and does.`,
  }),
  'disguise.rootkit-mark': ({ process, pid, variable }) => ({
    title: `${named(process, pid)} carries the mark of a known rootkit`,
    explanation: `The environment variable ${variable} is how this rootkit knows which processes it must hide. No ordinary program sets it.`,
  }),
  'protection.agent-silenced': ({ agent, signs: found }) => ({
    title: `The security program ${agent} was put out of action`,
    explanation: `It belongs on this host and does not run: ${list(found, signs)}. Attackers disable protection before they start mining. Ask whether an administrator did it.`,
  }),
  'protection.agent-not-running': ({ agent, signs: found }) => ({
    title: `${agent} was set up here and does not run`,
    explanation: `Signs found: ${list(found, signs)}. It may have been removed or switched off on purpose; ask the administrator.`,
  }),
  'protection.agent-expected': ({ agent }) => ({
    title: `The usual agent of this cloud, ${agent}, was not found`,
    explanation: 'Many images are delivered without it, so this is only a note.',
  }),
  'protection.names-blocked': ({ names, count }) => ({
    title: `The addresses of security services are blocked in /etc/hosts (${count})`,
    explanation: `These names lead nowhere: ${names}. Attackers do this to keep protection from updating or reporting.`,
  }),
  'protection.pools-blocked': ({ names, count }) => ({
    title: `The addresses of mining pools are blocked in /etc/hosts (${count})`,
    explanation: `These names lead nowhere: ${names}. Attackers shut out rival miners in this way; some administrators do it as a defence.`,
  }),
  'exposure.service': ({ service, address, port }) => ({
    title: `${service} is reachable from the network (port ${port})`,
    explanation: `It listens on ${address}. Miners often get in through services like this when they have no password or a known flaw. Check whether it must be reachable, and by whom.`,
  }),
  'exposure.remote-login': ({ service, address, port }) => ({
    title: `${service} is reachable from the network (port ${port})`,
    explanation: `It listens on ${address}. That is normal for a server; weak passwords here are a common way in.`,
  }),
  'forward.rule': ({ from, to }) => ({
    title: `Network traffic is passed on to ${to}`,
    explanation: `A packet rule sends what arrives ${from === 0 ? 'at any port' : `at port ${from}`} to another address. Containers and gateways work like this; so does a way to hide a pool.`,
  }),
  'forward.relay': ({ process, pid, from, to }) => ({
    title: `${named(process, pid)} passes network traffic on to ${to}`,
    explanation: `The program takes connections ${from === 0 ? '' : `at port ${from} `}and hands them on outside this network. Nobody's package owns it. Such relays hide where a pool or control server is.`,
  }),
  'file.miner-program': ({ path, program }) => ({
    title: `A mining program lies at ${path}`,
    explanation: `The file holds what ${program === 'unknown' ? 'mining programs hold' : `the mining program ${program} holds`}, and no package of this system brought it. It need not be running. Keep a copy and find out who put it there before you delete it.`,
  }),
  'file.miner-configuration': ({ path, program, pool, wallet }) => ({
    title: `Settings of ${program === 'unknown' ? 'a mining program' : `the mining program ${program}`} lie at ${path}`,
    explanation: `The file tells a miner what to do${pool === '' ? '' : `; its pool is ${pool}`}${wallet === '' ? '' : `; the money goes to the wallet ${wallet}`}. Keep it for the report, and look for the program beside it.`,
  }),
  'file.miner-log': ({ path, pool }) => ({
    title: `A miner wrote the log ${path}`,
    explanation: `Its lines have the form in which mining programs report their work${pool === '' ? '' : `, for the pool ${pool}`}. Their times show when it ran on this system.`,
  }),
  'file.time-ahead': ({ path, modified, changed }) => ({
    title: `The time of ${path} was set: it lies after the last change`,
    explanation: `The file says that it was written ${modified}, but the kernel noted its last change ${changed}, and any writing would be one. Go by the second time when you look for what happened; by itself it says nothing of mining.`,
  }),
  'file.time-set-back': ({ path, modified, changed }) => ({
    title: `The time of ${path} was set far back`,
    explanation: `The file says that it was written ${modified}, long before its folder and everything beside it, but its inode changed ${changed}. Intruders set times so that a new file looks old: go by the second time. By itself it says nothing of mining.`,
  }),
  ...commandRules,
  'persistence.malicious': ({ mechanism, what, path, reasons }) =>
    what === 'file'
      ? {
          title: `A malicious file was found: ${mechanismName(mechanism)}, ${path}`,
          explanation: `An intruder put it here or changed it. ${reasons === 1 ? 'One reason is' : `${reasons} reasons are`} listed with it. Keep a copy before you remove or restore it, and look for what starts it.`,
        }
      : {
          title: `Something malicious starts by itself: ${mechanismName(mechanism)}, ${path}`,
          explanation: `This entry brings an intruder's program back after it was stopped or after a restart. ${reasons === 1 ? 'One reason is' : `${reasons} reasons are`} listed with it. Keep a copy, then remove the entry before the program it starts.`,
        },
  'persistence.suspicious': ({ mechanism, what, path, reasons }) =>
    what === 'file'
      ? {
          title: `A suspicious file was found: ${mechanismName(mechanism)}, ${path}`,
          explanation: `It has a mark that owners' own files seldom have; ${reasons === 1 ? 'one reason is' : `${reasons} reasons are`} listed with it. Ask whoever looks after this host whether it is theirs.`,
        }
      : {
          title: `Something suspicious starts by itself: ${mechanismName(mechanism)}, ${path}`,
          explanation: `The entry has a mark that owners' own entries seldom have; ${reasons === 1 ? 'one reason is' : `${reasons} reasons are`} listed with it. Ask whoever looks after this host whether it is theirs.`,
        },
  'persistence.flooded-folder': ({ path, names, unread }) => ({
    title: `${path} holds ${names} names, where things start by themselves`,
    explanation: `Nobody needs so many there; they may be put beside one that matters, so that it is not found. ${unread === 0 ? 'The beginning of each that is unlike the others was looked at.' : `${unread} of them were not looked into: search the folder for what is newest, largest, or of a size of its own.`}`,
  }),
  'persistence.starts-process': ({ process, pid, mechanism, path }) => ({
    title: `${named(process, pid)} is started by a doubtful entry: ${mechanismName(mechanism)}, ${path}`,
    explanation: `If the process is ended alone, the entry starts it again. Deal with the entry first, then with the process.`,
  }),
  'indicator.seen': ({ indicator, place: where }) => ({
    title: `What the alert named was found: ${indicator}`,
    explanation: `It was met in ${sightingPlaces[where] ?? where}. This is the first thread to follow: look at what holds it.`,
  }),
  'owner.wallet-differs': ({ process, pid, declared, found }) => ({
    title: `The declared miner ${named(process, pid)} pays another wallet`,
    explanation: `demine.yaml declares ${declared}, but the process works for ${found}. Somebody may have taken over your miner.`,
  }),
  'owner.pool-differs': ({ process, pid, declared, found }) => ({
    title: `The declared miner ${named(process, pid)} uses another pool`,
    explanation: `demine.yaml declares ${declared}, but the process names ${found}. Check whether the configuration was changed without you.`,
  }),
};

export const benign: BenignTexts = {
  'full-node': 'A Monero node (monerod, p2pool) computes RandomX to check blocks.',
  'own-miner': 'The owner of this host mines with it on purpose.',
  'large-heap': 'A program with a large heap, such as Java, can ask for a block of this size.',
  'database-pages': 'Databases and virtual machines reserve large memory pages too.',
  'thread-stacks': 'Stacks of ordinary threads can have this size.',
  'numeric-code': 'Scientific programs change how the processor rounds numbers.',
  'machine-learning': 'Machine learning and rendering use graphics cards in the same way.',
  'performance-tuning': 'Administrators tune processors for other heavy work.',
  'text-shown': 'A browser, editor or search shows text about mining.',
  'signature-database': 'A security program keeps such words to search for them.',
  'pool-operator': 'The program serves a mining pool or an exchange.',
  'short-lived': 'The process or connection ended while it was looked at.',
  'tracing-tool': 'A tracing or monitoring tool is at work.',
  'security-agent': 'A security agent watches the kernel.',
  'module-unloaded': 'A driver from outside the distribution was loaded and removed.',
  'container-runtime': 'Container software does this when it starts containers.',
  'package-upgrade': 'A package was upgraded and the program not restarted yet.',
  'developer-build': 'A developer runs a program that was just built.',
  'title-rewriting': 'Many services rewrite their own title to show what they do.',
  'allocator-preload': 'A memory allocator or monitoring agent is loaded on purpose.',
  'database-client': 'A computing program keeps a quiet connection to its database or queue.',
  'interrupt-time': 'The kernel itself can use time that belongs to no process.',
  'bursty-work': 'The program had nothing to do at that moment.',
  'owner-disabled': 'An administrator switched it off on purpose.',
  'agent-leftover': 'The agent was removed and left files behind.',
  'block-list': 'A block list against advertising or mining was installed on purpose.',
  'intended-service': 'The service is meant to be reachable and is protected.',
  'intended-forward': 'A gateway, container or load balancer forwards on purpose.',
  'shared-address': 'Many unrelated services share this address.',
  'own-automation': 'An administrator or a configuration tool set it up on purpose.',
  'own-installation': 'Software was installed by hand, and not by the system’s own means.',
  'kept-times': 'It was downloaded, unpacked or copied together with the time it had before.',
  'wrong-clock': 'The clock of this host, or of the one it was packed on, was wrong.',
};

export const why: WhyTexts = {
  'miner-running': ({ process, pid, score }) =>
    `${named(process, pid)} is mining now (score ${score} of 100).`,
  'miner-stopped': ({ process, pid, score }) =>
    `${named(process, pid)} is a miner that stands still at the moment (score ${score} of 100).`,
  'agreeing-witnesses': ({ pid, witnesses: ids, count }) =>
    `${count} independent sources agree about pid ${pid}: ${list(ids, witnesses)}.`,
  'single-witness': ({ process, pid, witnesses: ids }) =>
    `For ${named(process, pid)} there is only one source (${list(ids, witnesses)}), so it is called suspicious and not mining.`,
  'suspicious-process': ({ process, pid, score }) =>
    `${named(process, pid)} is suspicious (score ${score} of 100).`,
  'suspicious-host': ({ count }) =>
    `${count} ${count === 1 ? 'finding' : 'findings'} about the host itself need to be explained.`,
  'only-traces': ({ count }) =>
    `No process was found mining; ${count} ${count === 1 ? 'trace points' : 'traces point'} to mining or hiding.`,
  'excused-by-owner': ({ count }) =>
    `${count} ${count === 1 ? 'finding was' : 'findings were'} excused because the owner declared it.`,
  'nothing-found': ({ checks: count }) =>
    `Nothing suspicious was found, and all ${count} required checks were done.`,
  'not-checked': ({ checks: ids, count }) =>
    `${count} required ${count === 1 ? 'check was' : 'checks were'} not possible: ${list(ids, coverage.names)}.`,
  'hosts-in-logs': ({ count, of }) =>
    `The logs show an intrusion or a miner on ${count} of ${of} ${of === 1 ? 'host' : 'hosts'}.`,
  'logs-alone': () => 'Only logs were read: what runs and what lies on those hosts now is not known.',
  'unowned-cpu-not-judged': ({ interval }) =>
    `CPU that no process owns was not judged: that needs --interval 30 or more (was ${interval}).`,
};
