import type { RemovalTexts } from '../removal.ts';

const s = (count: number): string => (count === 1 ? '' : 's');

export const removal: RemovalTexts = {
  title: ({ target }) => `Plan for ${target}`,
  made: ({ time, scan }) => `made ${time} from scan ${scan}`,
  decision: {
    clean: {
      title: 'Clean this host',
      text: 'Nothing that was found speaks against cleaning it. Verify it afterwards (demine verify), and once more after two periods of the slowest timer.',
    },
    rebuild: {
      title: 'Rebuild this host',
      text: 'Install it anew from media that you trust and bring back data only. The steps below stop the harm until then; they make no host that can be trusted.',
    },
  },
  reasons: {
    'kernel-level':
      'the kernel was changed: what it shows cannot be believed, and cleaning cannot be verified',
    'login-programs-changed': 'programs that check logins were replaced: every password typed since is known',
    'root-and-way-in-unknown': 'somebody was root, and it is not known how he came in',
    'way-in-unknown': 'it is not known how he came in: until that door is closed he may come again',
    'loader-hooked':
      'a library was loaded into every program; what programs of this host showed may be false',
    'system-programs-changed': 'programs of packages were replaced; they come back from their packages',
    'not-all-checked': 'not everything could be checked',
    'no-miner-found': 'no miner was found that two independent things speak for',
    'user-level': 'nothing shows that he was root',
    'way-in-known': 'the way in is known',
  },
  phases: {
    evidence: { title: 'Evidence', text: 'Before anything changes: what is gone cannot be looked at again.' },
    isolate: {
      title: 'Isolate',
      text: 'So that nothing is fetched anew and nobody watches while you clean.',
    },
    freeze: {
      title: 'Freeze',
      text: 'A killed miner is started again by its guard; a stopped guard starts nothing and notices nothing.',
    },
    timers: { title: 'Timers', text: 'Before files are taken: within a minute a timer brings them back.' },
    loader: {
      title: 'Loader and rootkit',
      text: 'Before all that follows: as long as it is loaded, views lie.',
    },
    persistence: {
      title: 'What starts by itself',
      text: 'Before processes are killed: it would start them again.',
    },
    kill: { title: 'Kill', text: 'Now that nothing starts them again; guards first, then miners.' },
    files: {
      title: 'Files',
      text: 'When nothing runs from them any more. They are kept, neutralised, in the case.',
    },
    accounts: { title: 'Accounts and keys', text: 'When nothing is left that would see the new ones.' },
    restore: { title: 'Restore', text: 'What the miner set up and replaced is put back.' },
    door: { title: 'Close the door', text: 'Or the next one comes in the same way.' },
    neighbours: { title: 'Neighbours', text: 'One host that is left infects the others again.' },
    verify: { title: 'Verify', text: 'A third of miners come back because nobody looked a second time.' },
  },
  changes: {
    edit: ({ path, count }) => `take ${count} line${s(count)} out of ${path}`,
    quarantine: ({ path }) => `quarantine ${path}`,
    metadata: ({ path, what }) => `set ${what} of ${path}`,
    freeze: ({ count }) => `stop ${count} process${count === 1 ? '' : 'es'} at once`,
    kill: ({ count }) => `kill ${count} process${count === 1 ? '' : 'es'}`,
    process: ({ name, pid, exe, role, pool, wallet }) =>
      [
        `${role === 'miner' ? 'miner' : 'guard'} ${name} (pid ${pid}) ${exe}`,
        ...(pool === undefined ? [] : [`pool ${pool}`]),
        ...(wallet === undefined ? [] : [`wallet ${wallet}`]),
      ].join(', '),
    reload: ({ count }) => `let ${count} service manager${s(count)} forget what was removed`,
    manager: ({ service, uid, pid }) =>
      pid !== undefined
        ? `${service} (pid ${pid}) reads its settings again`
        : uid === undefined
          ? `${service} reads its units again`
          : `${service} of user ${uid} reads its units again`,
    unlock: 'immutable and append-only stay off',
    evidence: ({ files, processes }) =>
      processes === 0
        ? `keep copies of ${files} file${s(files)} in the case`
        : `keep copies of ${files} file${s(files)}, ${processes} process${processes === 1 ? '' : 'es'} and the connections in the case`,
    block: ({ count, minutes }) =>
      `block ${count} known address${count === 1 ? '' : 'es'} and names in both directions for ${minutes} minutes`,
    isolate: ({ minutes }) => `cut this host off for ${minutes} minutes; your own connection stays`,
    restore: ({ path }) => `bring ${path} back`,
    fromPackage: ({ name, archive }) => `as package ${name} brought it, from ${archive}`,
    fromFile: ({ path }) => `it was put aside as ${path}`,
    kernel: ({ name, value }) => `set ${name} of the running kernel to ${value}`,
    kernelWas: ({ value }) => `it is ${value}`,
    forget: ({ count }) =>
      `let systemd forget ${count} unit${s(count)} that ${count === 1 ? 'is' : 'are'} gone`,
    noCapabilities: 'no file capabilities',
    container: {
      'no-restart': ({ engine, name }) => `let ${engine} not start container ${name} again`,
      pause: ({ engine, name }) => `pause container ${name} of ${engine}`,
      evidence: ({ engine, name }) => `copy evidence out of container ${name} of ${engine}`,
      export: ({ engine, name }) => `keep the whole file system of container ${name} of ${engine}`,
      stop: ({ engine, name }) => `stop container ${name} of ${engine}`,
    },
    containerImage: ({ id, image, socket }) => `${id} of image ${image}, by ${socket}`,
    containerPolicy: ({ policy }) => `its restart policy now: ${policy}`,
    containerSize: ({ size }) =>
      `${size === undefined ? 'the engine does not say how large it is' : `about ${size}`}; volumes and bound folders are not in it`,
    change: ({ path, count }) => `change ${count} setting${s(count)} in ${path}`,
    takeInside: ({ path, container }) => `quarantine ${path} within container ${container}`,
  },
  tasks: {
    'keep-evidence': {
      title: 'keep the evidence',
      text: 'The case folder holds what the scan read. Take a snapshot of the disk, and of memory where you can, and copy both off this host.',
    },
    'isolate-host': {
      title: 'isolate the host',
      text: 'At the switch, the security group or the hypervisor, with one way left for you; or from here, with "demine contain CASE --isolate". Do not reboot: memory is lost, and @reboot entries run.',
    },
    'reinstall-package': {
      title: 'bring files back from their package',
      text: 'From a mirror that you trust.',
    },
    'restore-setting': {
      title: 'set back the running kernel',
      text: 'Until then the memory stays reserved.',
    },
    'remove-container': {
      title: 'remove the container',
      text: 'Its restart policy or manifest first, then the container, then the image. Never clean inside a container: build it anew from an image that you trust. Removing cannot be undone; until then it is evidence. Where its file system was not kept, export it first.',
    },
    'remove-workload': {
      title: 'remove the workload from the cluster',
      text: 'The kubelet starts its pods again for as long as the cluster wants them. The command names or deletes what wants them: a DaemonSet, CronJob or Deployment. Run it where you administer the cluster, keep its YAML first, and change the token of its service account.',
    },
    'check-binds': {
      title: 'look at what the container could write on this host',
      text: 'Folders of the host that are bound in, with what was found below them. Root in the container is root there: timers, keys and units written through them outlive it.',
    },
    'rotate-credentials': {
      title: 'change the credentials that could be read from here',
      text: 'From another machine, when everything is removed. Names and places only:',
    },
    'close-door': {
      title: 'close the door that was used',
      text: 'Where it is not known, look at what the scan lists under exposure.',
    },
    'check-neighbours': {
      title: 'scan the neighbours',
      text: 'Hosts with the same image, key or password, those this host logs in to, and those of its network.',
    },
    'rebuild-host': {
      title: 'rebuild the host',
      text: 'From media that you trust; restore data, no programs.',
    },
    'scan-again': {
      title: 'verify',
      text: 'With "demine verify CASE": at once, after 5 minutes, an hour, a day, a restart and a week. Miners that were pushed aside come back too.',
    },
  },
  reversibility: {
    reversible: 'can be undone exactly',
    restorable: 'comes back from elsewhere',
    irreversible: 'cannot be undone',
  },
  breaks: {
    listening: ({ subject }) => `it listens on ${subject}`,
    'of-package': ({ subject }) => `the file belongs to package ${subject}`,
    'named-by-entry': ({ subject }) => `${subject} names it too`,
    'account-logs-in': ({ subject }) =>
      `logins of ${subject}: keep a session open until a new one has worked`,
    'hard-linked': ({ subject }) => `${subject} has other names that keep it`,
    restarted: ({ subject }) => `${subject} starts everything anew that it runs`,
    'published-port': ({ subject }) => `it answers on ${subject}`,
    volume: ({ subject }) => `it uses volume ${subject}, which stays`,
    'shares-container': ({ subject }) => `${subject} lives in its network`,
    'same-project': ({ subject }) => `${subject} belongs to the same Compose project`,
    'removes-itself': ({ subject }) => `${subject} was started with --rm: its files go when it ends`,
    'memory-lost': ({ subject }) => `what ${subject} holds in memory is lost`,
    'service-in-file': ({ subject }) => `other services are set up in ${subject}`,
    'cut-off': () =>
      'services of this host that need the network; it lifts by itself, and "demine contain CASE --confirm --yes" keeps it',
    'uses-setting': ({ subject }) => `programs that count on ${subject}, such as a database with huge pages`,
  },
  verify: {
    content: 'the file holds exactly the rest',
    gone: 'the name is free and the copy is whole',
    metadata: 'mode, owner and flags are as planned',
    stopped: 'all of them are stopped',
    ended: 'none of them is left',
    reloaded: 'they answered',
    'container-policy': 'the engine says policy "no"',
    'container-paused': 'the engine says that it stands still',
    'container-copied': 'the copies are whole and on the disk',
    'container-ended': 'the engine says that it has ended, twice',
    'by-hand': 'by you',
    kept: 'each copy has the hash of what was read',
    contained: 'the kernel has the rules',
    value: 'the kernel says so',
    forgotten: 'systemd answered',
  },
  refusals: {
    'one-signal': 'only one thing speaks for it',
    'package-unchanged': 'it belongs to a package and nobody changed it',
    'kernel-thread': 'it is a thread of the kernel',
    declared: 'the owner declared it',
    'not-there': 'it is not there any more',
    'not-readable': 'it could not be read, or nobody can say to whom it belongs',
    'through-link': 'a link stands in its path',
    'foreign-folder': 'the folder holds things of others',
    'whole-table': 'it would take what belongs to the owner',
    'shared-file': 'the file also holds what others put there',
    'no-line': 'the lines cannot be taken out by themselves: edit the file by hand',
    'line-changed': 'the file changed since the scan: scan again',
    'running-system': 'it is for a running host',
    container: 'it runs in a container that is dealt with as a whole',
    'engine-asleep':
      'its daemon does not run, and was not woken: it would start every container that restarts by its policy',
    'engine-distrusted':
      'it was not spoken to: others than the engine of this host could have put it there, or listen on it',
    'engine-silent': 'no engine answers on it',
    'policy-fixed':
      'this podman gives no container another restart policy (5.1 does): stopped by it, it does not come back, but the next boot may start it until it is removed',
    'login-needs-it':
      'logins need it for as long as it is named there: without it nobody gets in, so put the line right by hand first',
    unsupported: 'its format is not edited by Demine: do it by hand',
    dropped: 'you dropped it',
  },
  stops: {
    missing: ({ subject }) => `${subject} is not there any more`,
    'other-file': ({ subject }) => `${subject} is another file now`,
    'other-content': ({ subject }) => `${subject} was changed since the plan was made`,
    'other-metadata': ({ subject }) => `mode, owner or flags of ${subject} were changed since`,
    'other-type': ({ subject }) => `${subject} is another kind of file now`,
    'through-link': ({ subject }) => `a link stands in the path of ${subject} now`,
    'came-back': ({ subject }) =>
      `${subject} came back while we worked: something writes it, and it is not in the plan`,
    'name-taken': ({ subject }) => `there is something new at ${subject}, and nothing is written over it`,
    'folder-not-empty': ({ subject }) => `there is something in ${subject} that the plan does not know`,
    'vault-full': ({ subject }) => `the disk of ${subject} is full: give a folder elsewhere with --vault`,
    'vault-unwritable': ({ subject }) => `${subject} cannot be written: give another folder with --vault`,
    'vault-damaged': ({ subject }) => `the copy of ${subject} is not whole, so it is not used`,
    'disk-full': ({ subject }) => `the disk of ${subject} is full`,
    'read-only': ({ subject }) => `${subject} is mounted read-only`,
    denied: ({ subject }) => `no right to change ${subject}`,
    busy: ({ subject }) => `${subject} is in use: something is mounted there`,
    'too-large': ({ subject }) => `${subject} is too large to be kept`,
    'process-ended': ({ subject }) => `process ${subject} has ended`,
    'process-other': ({ subject }) => `the number ${subject} belongs to another process now`,
    'process-remains': ({ subject }) => `process ${subject} did not end`,
    'other-boot': ({ subject }) => `${subject} was started again since the scan: scan it again`,
    'no-running-system': ({ subject }) => `nothing runs in ${subject}`,
    'not-reloaded': ({ subject }) =>
      `${subject} did not read its settings again, and would start anew what is killed next: tell it by hand, then drop the step`,
    'source-damaged': ({ subject }) =>
      `${subject} does not hold the file that its package brought: make the plan again`,
    'other-value': ({ subject }) => `somebody set ${subject} meanwhile, and it stays as it is`,
    'no-firewall': ({ subject }) =>
      `the kernel of ${subject} takes no rules from here: cut it off at the switch or the security group, then drop the step`,
    'would-cut-off': () =>
      'your own connection was not found, so isolation would cut you off: use "demine contain CASE --isolate --keep ADDRESS --yes", then drop the step',
    'no-engine': ({ subject }) =>
      `${subject} does not answer as the engine of this host: look at it, then make the plan again`,
    'engine-refused': ({ subject }) => `the engine did not do it to ${subject}`,
    'other-container': ({ subject }) => `${subject} was started or changed since: scan again`,
    'container-gone': ({ subject }) => `${subject} is not there any more`,
    'container-runs': ({ subject }) => `${subject} still runs`,
    'not-exported': ({ subject }) =>
      `the file system of ${subject} was not kept, and goes with it when it ends: give a folder elsewhere with --vault, or drop the step`,
    'namespace-gone': ({ subject }) =>
      `nothing lives where ${subject} lies any more: start the container again, or leave the copy in the case`,
    'daemon-runs': ({ subject }) => `${subject} runs now and would write over the file: make the plan again`,
    'cannot-be-undone': ({ subject }) => `what was ended on ${subject} cannot be brought back`,
    failed: ({ subject }) => `${subject} could not be changed`,
  },
  notes: {
    owner: ({ detail }) => `the owner could not be put back (${detail})`,
    attribute: ({ detail }) => `an extended attribute could not be put back (${detail})`,
    mode: ({ detail }) => `the mode could not be put back (${detail})`,
    times: ({ detail }) => `the times could not be put back (${detail})`,
    flags: ({ detail }) => `inode flags could not be put back (${detail})`,
    reload: ({ detail }) => `a service manager was not told, tell it by hand (${detail})`,
    copied: ({ detail }) => `copied: ${detail}`,
    'not-copied': ({ detail }) => `not copied: ${detail}`,
    exported: ({ detail }) => `kept: ${detail}`,
    'not-exported': ({ detail }) =>
      `its file system was not kept (${detail}), only what was copied before: export it by hand before you remove it`,
    'no-room': ({ detail }) =>
      `its file system does not fit where copies are kept (${detail}), and only what was copied before is kept: export it by hand before you remove it`,
    removed: () => 'its engine removed it',
    already: ({ detail }) => `it did not run (${detail})`,
    links: ({ detail }) =>
      `the file has ${detail} more name${detail === '1' ? '' : 's'} that keep it; look for inode links`,
  },
  conditions: {
    'not-root': () => 'you are not root: most steps will be refused',
    'read-only': ({ subject }) => `${subject} is mounted read-only`,
    'no-right': ({ subject }) => `no right to change anything in ${subject}`,
    'little-room': ({ subject }) =>
      `there is less room at ${subject} than the copies need: give a folder elsewhere with --vault`,
    'no-room-to-export': ({ subject }) =>
      `the file system of container ${subject} is larger than may be kept: only named files and the list of changes are; give a folder elsewhere with --vault, or another --export-limit`,
    'in-use': ({ subject }) => `another Demine works on ${subject}`,
    'no-pidfd': () =>
      'this kernel has no pidfd: a process is compared right before each signal, and a moment remains in which its number could pass on',
    'no-firewall': ({ subject }) =>
      `the kernel of ${subject} has neither nf_tables nor iptables loaded: isolate it from outside`,
  },
  inTheWay: 'In the way',
  colon: ': ',
  states: {
    open: 'open',
    done: 'done',
    undone: 'undone',
    begun: 'unfinished',
    'by-hand': 'by hand',
    stopped: 'stopped',
  },
  labels: {
    findings: 'rests on',
    breaks: 'may break',
    verify: 'verified',
    undo: 'undo',
    run: 'run',
    why: 'why',
  },
  left: ({ count }) => `Not in the plan (${count})`,
  addable: ({ subject }) => `looked at it? --edit "add ${subject}"`,
  nothing: 'There is nothing to remove.',
  next: {
    clean: ({ folder }) => `Nothing was changed. Carry it out with: demine clean ${folder} --yes`,
    edit: ({ folder }) => `Change it with: demine plan ${folder} --edit "drop S3" --edit "add P4"`,
    dryRun: ({ count, folder }) =>
      `Dry run: ${count} step${s(count)} would be carried out. With --yes they are: demine clean ${folder} --yes`,
    acceptance: 'The next step cannot be undone. Go on with --accept-irreversible.',
    verify: ({ folder }) => `Prove that it is gone, now and over time: demine verify ${folder}`,
    undo: ({ folder }) => `Take it back with: demine undo ${folder}`,
    stopped:
      'Nothing after this step was begun. Look at it, then go on, drop the step (--edit "drop S3") or make the plan again (--new).',
    cutOff: ({ step, folder }) =>
      `A run was cut off at ${step}. Bring it to its end with: demine clean ${folder} --yes. Or take it back with: demine undo ${folder}`,
    goOn: ({ done, count, folder }) =>
      `This plan was begun: ${done} of ${count} steps done. Go on with: demine clean ${folder} --yes`,
    anew: ({ folder }) => `Make another, of what is there now, with: demine plan ${folder} --new`,
    returned: ({ paths }) =>
      `It is there again: ${paths}. Something writes it that the plan does not know: look again with demine verify.`,
    more: ({ count }) => `… and ${count} more`,
  },
  ended: {
    done: ({ count }) => `${count} step${s(count)} done.`,
    undone: ({ count }) => `${count} step${s(count)} undone.`,
    nothingToUndo: 'Nothing was done that could be undone.',
    recovered: 'brought to its end: an earlier run was cut off here',
    notRestored:
      'Content, name, mode, owner, modification time, attributes, access lists, labels and flags are as before. Inode number, change time and birth time are recorded in the ledger and cannot be restored.',
    startedAgain:
      'Containers run again, with new processes; what they held in memory is lost. Copies of evidence stay in the case.',
  },
};
