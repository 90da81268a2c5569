import type { FirstHourTexts } from '../first-hour.ts';

export const firstHour: FirstHourTexts = {
  title: 'Cryptomining: the first hour',
  lead: 'Isolate first, take evidence before any change, remove nothing yet. Write down every time with its zone.',
  blanks: ['Host, address', 'Reported by, phone', 'Responder', 'Date, time, zone'],
  parts: {
    ask: {
      heading: 'Ask',
      items: [
        {
          what: 'What is seen',
          how: 'the alert word for word, with the external address or domain, port and time; or hot, slow, a bill',
        },
        {
          what: 'Three times',
          how: 'when it appeared, when it was discovered, when somebody first changed something',
        },
        {
          what: 'What was done since',
          how: 'killed, deleted, restarted, restored, passwords changed: by whom, when',
        },
        {
          what: 'The network',
          how: 'subnet, zone, what the host reaches and who reaches it; NAT, proxy, VPN',
        },
        {
          what: 'The host',
          how: 'what runs there, its owner, what faces the Internet, how long it may be cut off',
        },
        {
          what: 'Who gets in',
          how: 'accounts, keys, bastion, panels, vendors; which password is used elsewhere too',
        },
        { what: 'Is any mining meant', how: 'an own miner, a node, a benchmark, a laboratory' },
        { what: 'Who else', how: 'hosts of the same image, key, password or subnet; others that are hot' },
      ],
    },
    contain: {
      heading: 'Contain for now',
      items: [
        {
          what: 'Cut the network outside of the host',
          how: 'switch port, security group, hypervisor; leave it on, keep one path for yourself',
        },
        {
          what: 'If it cannot be cut',
          how: 'block the known pools and command addresses both ways at the firewall',
        },
      ],
    },
    pull: {
      heading: 'Pull, in this order',
      items: [
        {
          what: 'Memory and disk',
          how: 'of a virtual machine a snapshot with its memory, before anybody logs in',
        },
        {
          what: 'Scan from a medium of your own',
          how: 'as root, with an empty environment; the case goes to the medium, not to the host',
          command: 'env -i /media/usb/demine scan --thorough --out /media/usb/case',
        },
        { what: 'How wrong its clock is', how: 'beside a clock that you trust' },
        {
          what: 'Logs from elsewhere',
          how: 'log server, firewall, NAT, DNS, proxy, flows, bastion, VPN, cloud audit',
        },
        {
          what: 'What will be overwritten',
          how: 'traffic captures and flows, short-lived logs, stopped containers, backups',
        },
      ],
    },
    leave: {
      heading: 'Do not',
      items: [
        { what: 'switch off or restart', how: 'memory is lost, and what starts at boot starts' },
        { what: 'kill the miner first', how: 'its guard brings it back under another name' },
        { what: 'delete, crontab -r, flush rules, reinstall', how: 'the way in goes with it' },
        { what: 'trust its ps, ls, crontab, rm', how: 'they may be the attacker’s' },
        {
          what: 'log in with shared or domain credentials, or change passwords on it',
          how: 'both are read along',
        },
        { what: 'write to its disks, install agents', how: 'deleted files are overwritten' },
        {
          what: 'open the pool’s or the dropper’s address, or upload samples in public',
          how: 'the attacker sees it',
        },
        {
          what: 'put it back on the network before the way in is closed',
          how: 'it is taken again within minutes',
        },
      ],
    },
    next: {
      heading: 'Then',
      items: [
        {
          what: 'Give the answers to the case',
          how: 'they bound the search and the report',
          command: 'demine case set CASE --appeared T --discovered T --handled T --network net.csv',
        },
        {
          what: 'Add the logs from elsewhere',
          how: 'several hosts in one folder are told apart',
          command: 'demine case add CASE FOLDER',
        },
        {
          what: 'Read the report',
          how: 'the miner, what brings it back, the way in; then remove in its order',
        },
      ],
    },
  },
  foot: 'net.csv: subnet,zone,reach in each line, for example 192.0.2.0/24,dmz,office. Times are UTC unless an offset such as +08:00 is given.',
};
