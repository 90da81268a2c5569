/** Holds this host as a responder who works on it does, until it is ended: `hold-target`. Says "held". */
import { lockWhole } from '../../src/native/file-change.ts';
import { openRoot } from '../../src/native/place-in-folder.ts';

const root = openRoot(Buffer.from('/'));
if (root.status !== 'ok') throw new Error(root.reason);
const held = lockWhole(root.value);
if (held.status !== 'ok' || !held.value) throw new Error('another has it');
process.stdout.write('held\n');
setInterval(() => {}, 1000);
