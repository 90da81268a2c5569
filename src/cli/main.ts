import { version } from './version.ts';

if (process.argv[2] === '--version') process.stdout.write(`demine ${version}\n`);
