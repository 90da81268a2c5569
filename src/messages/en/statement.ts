import type { StatementTexts } from '../statement.ts';

const s = (count: number): string => (count === 1 ? '' : 's');
const things = (count: number): string => `${count} thing${s(count)}`;

export const statement: StatementTexts = {
  title: ({ host }) => `Verification of ${host}`,
  kind: 'Statement of verification',
  outcomes: {
    clean: {
      head: 'Clean',
      text: 'Nothing of the incident was found, nothing new, and all was checked that has to be.',
    },
    'still-there': {
      head: 'Still there',
      text: 'Something of the incident is still there: it was never removed.',
    },
    'came-back': {
      head: 'Came back',
      text: 'Something is there again that had been removed, or is new since: something brings it back that was missed.',
    },
    inconclusive: {
      head: 'Inconclusive',
      text: 'Nothing was found, and that is not enough: not everything could be looked at that has to be.',
    },
  },
  oneLook: 'at one look',
  reasons: {
    'miner-runs': ({ count }) => `${count} miner${s(count)} run${count === 1 ? 's' : ''}`,
    'came-back': ({ count }) => `${things(count)} came back after being removed`,
    'still-there': ({ count }) =>
      `${things(count)} of the incident ${count === 1 ? 'is' : 'are'} still there`,
    'new-found': ({ count }) =>
      `${things(count)} ${count === 1 ? 'was' : 'were'} found that the scan of the incident did not know`,
    'step-returned': ({ count }) =>
      `${count} step${s(count)} of the plan ${count === 1 ? 'is' : 'are'} undone by somebody`,
    'nothing-found': () => 'nothing of the incident was found, and nothing new',
    'not-checked': ({ count }) => `${count} required check${s(count)} could not be made`,
    'less-than-before': ({ count }) =>
      `${count} check${s(count)} made when the incident was found could not be made now`,
    'kernel-level': () =>
      'the kernel was changed: what it shows from inside cannot be believed; verify its disk from outside',
    'case-altered': ({ count }) =>
      `${count} file${s(count)} of the case (plan, ledger or statement) ${count === 1 ? 'was' : 'were'} changed or removed since ${count === 1 ? 'it was' : 'they were'} written`,
    'rebuild-advised': () => 'the plan advised to rebuild this host, and no look replaces that',
    'step-changed': ({ count }) =>
      `what ${count} step${s(count)} of the plan changed was changed again since; nothing speaks against that`,
    'door-open': ({ count }) =>
      `the door by which it came stands open${count === 1 ? '' : ` (${count} of them)`}: it can come again`,
    'one-look': ({ count }) =>
      count === 0
        ? 'this is one look: it says how the host is now, and not that it stays so'
        : `${count} of the looks over time ${count === 1 ? 'is' : 'are'} made: a look says how the host is now, and not that it stays so`,
    'all-looks': () => 'all looks were made, over a week and a restart, and each was clean',
  },
  kinds: {
    miner: 'Miners',
    process: 'Suspicious processes',
    entry: 'Persistence entries',
    account: 'Accounts and keys',
    socket: 'Connections',
    finding: 'Findings',
  },
  states: {
    gone: 'gone',
    'still-there': 'still there',
    'came-back': 'came back',
    new: 'new',
    harmless: 'harmless',
    'not-checked': 'not seen',
  },
  standings: {
    holds: 'holds',
    returned: 'is back',
    changed: 'changed',
    replaced: 'replaced',
    past: 'past',
    'by-hand': 'by hand',
    open: 'not done',
    stopped: 'stopped',
    undone: 'undone',
    'not-checked': 'not seen',
  },
  changes: {
    'edit-file': 'take lines out of',
    quarantine: 'quarantine',
    'set-metadata': 'set the rights of',
    'restore-file': 'bring back',
    'set-kernel-value': 'set',
    contain: 'cut off:',
    container: 'container',
    'forget-units': 'stop and forget',
    freeze: 'stop',
    kill: 'kill',
    reload: 'tell',
  },
  lookTimes: {
    'at-once': 'at once',
    'minutes-5': 'after 5 minutes',
    'hour-1': 'after an hour',
    'hours-24': 'after a day',
    reboot: 'after a restart',
    'days-7': 'after a week',
  },
  headings: {
    why: 'Why',
    compared: 'Before and now',
    steps: 'Steps of the plan',
    notInPlan: 'Not in the plan',
    checked: 'What was checked',
    notChecked: 'What was not checked',
    schedule: 'Looks over time',
    doors: 'Doors',
    looks: 'Earlier looks',
    case: 'What the signature covers',
    signature: 'Signature',
  },
  labels: {
    host: 'Host',
    made: 'Made',
    looked: 'Looked at',
    verdict: 'Verdict of the scan',
    state: 'State',
    what: 'What',
    where: 'Where',
    step: 'Step',
    reason: 'Reason',
    due: 'Due',
    look: 'Look',
    result: 'Result',
    scan: 'Scan of the incident',
    plan: 'Plan',
    ledger: 'Ledger',
    algorithm: 'Algorithm',
    fingerprint: 'Key (SHA-256)',
    name: 'Name',
    hash: 'SHA-256',
    all: 'In all',
  },
  number: ({ number }) => `verification ${number} of this case`,
  folder: 'a folder: nothing runs in it',
  rebooted: 'restarted since the removal',
  required: 'required',
  before: 'was checked at the incident',
  checkedCount: ({ checked, all }) => `${checked} of ${all} checks made`,
  entries: ({ count }) => `${count} record${s(count)}`,
  broken: 'damaged',
  nothingCompared: 'The scan of the incident held nothing against this host, nor does this one.',
  noPlan: 'The case has no plan: what was removed was removed by hand.',
  stepsHold: ({ count }) => `${count} step${s(count)} done, and ${count === 1 ? 'it holds' : 'they hold'}`,
  more: ({ count }) => `… and ${count} more`,
  due: ({ time }) => `due ${time}`,
  madeAt: ({ number }) => `look ${number}`,
  open: 'open',
  atRest:
    'Nothing runs in a folder, so nothing can come back there: look again, over time, when the host runs.',
  signedBy: 'Signed with the key',
  unsigned: {
    'no-key': 'Not signed: there is no key.',
    'key-on-target': 'Not signed: your key lies on this host, where whoever was root could read it.',
    unsigned: 'Not signed.',
  },
  written: ({ path }) => `Statement: ${path}`,
  next: {
    sign: ({ path }) =>
      `Sign it on a machine of your own ("demine key" makes the key): demine verify --sign ${path}`,
    again: ({ folder, time }) => `Look again from ${time} on: demine verify ${folder}`,
    reboot: ({ folder }) => `Restart the host and look again: demine verify ${folder}`,
    plan: ({ folder }) => `Plan anew from what is there now: demine plan ${folder}`,
    check: ({ path }) => `Check it: demine verify --check ${path}`,
  },
  madeBy: ({ version, time }) =>
    `Made by Demine ${version}, ${time}. What was looked at, and what was not, stands above.`,
  coverOfSignature:
    'The signature covers this statement and, by their hashes, the scan of the incident, each plan and each ledger of what was done.',
  check: {
    heads: {
      genuine: 'Genuine',
      altered: 'Altered',
      'other-key': 'Another key',
      'unknown-key': 'Key not known',
      unsigned: 'Not signed',
    },
    texts: {
      genuine: 'It is as it was signed, with the key that you know.',
      altered: 'It is not as it was written. Do not rely on it.',
      'other-key': 'The signature fits, and it is of another key than yours.',
      'unknown-key':
        'The signature fits. Whose key it is, is not known: compare its fingerprint with the signer, or give his public key with --key.',
      unsigned:
        'It is as it was written, as far as its own digests tell. Nobody signed it: whoever changed it could change those too.',
    },
    sections: {
      made: 'when and by which version it was made',
      subject: 'the host',
      case: 'the case: scan, plans and ledgers',
      look: 'the look: when, and how deep',
      conclusion: 'the result',
      checked: 'what was checked',
      notChecked: 'what was not checked',
      things: 'what is gone, and what is there',
      steps: 'the steps of the plan',
      notInPlan: 'what is not in the plan',
      schedule: 'the looks over time',
      doors: 'the doors',
      looks: 'the earlier looks',
      form: 'its form: something was written twice, or added',
      digests: 'the list of digests',
      signature: 'the signature, or what it is over',
    },
    says: ({ outcome, host, time }) => `It says: ${outcome}. ${host}, ${time}.`,
    doubt: 'What it says may not be what was signed.',
    alteredHead: 'Altered',
    caseHead: 'The case beside it',
    evidence: {
      'as-signed': 'as it was',
      longer: 'as it was, and more since',
      altered: 'altered',
      missing: 'missing',
      unread: 'cannot be read here: not compared',
    },
    noCase: 'No case lies beside it: ledgers, plans and the scan were not compared.',
    unread: 'It cannot be read as a statement any more.',
  },
  key: {
    made: ({ path }) => `Key: ${path}`,
    publicHalf: ({ path }) => `Public half, to hand out: ${path}`,
    fingerprint: 'Fingerprint of the key (SHA-256):',
    advice:
      'Tell the fingerprint to whoever will check your statements, by a way of its own. Keep the key off the hosts that you work on, and a copy in a safe place.',
  },
  history: 'Verifications',
  signedShort: { signed: 'signed', unsigned: 'not signed', altered: 'altered' },
};
