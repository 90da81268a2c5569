/**
 * Commands inside the arguments of programs that run some of them: editors, debuggers, `ssh`, settings of git, tar.
 *
 * Why: `vim -c ':!curl URL | sh'` and `git -c core.fsmonitor='…'` are runs that no list of programs ends.
 * What it is NOT: a reading of every argument. Only text that names both what fetches or decodes and what runs is read,
 * and of a container's command only what comes over a plain line: what it installs over TLS stays in it.
 */
import type { Call } from '../call.ts';
import { clean } from '../value.ts';

const brings = /\b(?:curl|wget|lynx|base64|openssl|xxd)\b|\/dev\/tcp\/|\b(?:https?|ftp):\/\//;
const runs = /\b(?:ba|da|z|k|a)?sh\b|\beval\b|\bchmod\b/;
const openly = /\b(?:http|ftp):\/\/|\/dev\/tcp\/|https:\/\/\d/;
const containers = /^(?:docker|podman|nerdctl|kubectl|ctr|crictl|lxc|incus|docker-compose)$/;
/** `core.pager=`, `ProxyCommand=`, `:!`, `.shell `. */
const before = /^\s*(?:[\w.-]{1,60}[= ])?(?:[:!.]{0,3}(?:shell|system|silent)?!?)\s*/;
const longest = 8_192;

export function readEmbedded({ name, args, to }: Call): void {
  const foreign = containers.test(name);
  for (const word of args.slice(0, 64)) {
    if (word.length > longest || !/\s/.test(word)) continue;
    const text = clean(word);
    if (!brings.test(text) || !runs.test(text) || (foreign && !openly.test(text))) continue;
    // With and without what stands before it: `sh -c '…'` is a command from its first word on.
    to.shell(/^(?:[:!.]|[\w.-]{1,60}=)/.test(text) ? word.replace(before, '') : word);
  }
}
