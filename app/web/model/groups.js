// The order of rows in the list of sessions: healthy logins folded into one, groups under their heads. It makes
// no text and draws nothing.

/** @import { Columns } from './columns.js' */

/**
 * @typedef {'none' | 'login' | 'connection' | 'host'} GroupBy
 *
 * @typedef {object} Group rows that stand under one head
 * @property {string} key stays the same while rows come
 * @property {'healthy' | GroupBy} kind healthy: a login that went well
 * @property {number[]} rows in the columns
 * @property {boolean} open whether its rows are shown
 *
 * @typedef {object} Arranged
 * @property {number[]} items a row of the columns; or, negative and less one, the place of a group
 * @property {Group[]} groups
 */

/** Whether that is a failure, and not a step of a login. @param {string} finding */
export const isFailure = (finding) => finding !== '' && !finding.startsWith('NORM-');

/** @param {Columns} columns @param {number[]} rows of one login */
function isHealthy(columns, rows) {
    const status = columns.number('status', rows[rows.length - 1]);
    return rows.length > 1 && status > 0 && status !== 401 && status !== 407 &&
        rows.every((row) => !isFailure(columns.word('finding', row)));
}

/** @param {Columns} columns @param {number[]} rows @returns {Map<number, number[]>} by login */
function logins(columns, rows) {
    const found = new Map(), conversations = columns.column('conversation');
    for (const row of rows) {
        const conversation = conversations[row];
        if (conversation === 0) continue;
        const known = found.get(conversation);
        if (known) known.push(row);
        else found.set(conversation, [row]);
    }
    return found;
}

/** @param {Columns} columns @param {GroupBy} by @param {number} row */
function keyOf(columns, by, row) {
    if (by === 'host') return columns.number('origin', row);
    if (by === 'connection') return columns.number('client', row);
    return columns.number('conversation', row);
}

/**
 * @param {Columns} columns
 * @param {number[]} rows those that are shown at all, in order
 * @param {{ by: GroupBy, fold: boolean, toggled: Set<string> }} how `toggled`: groups that stand otherwise than at first
 * @returns {Arranged}
 */
export function arrange(columns, rows, { by, fold, toggled }) {
    /** @type {Arranged} */
    const arranged = { items: [], groups: [] };
    if (by === 'none') {
        addRows(columns, arranged, rows, fold, toggled, '');
        return arranged;
    }
    /** @type {Map<number, number[]>} */
    const groups = new Map();
    for (const row of rows) {
        const key = keyOf(columns, by, row);
        const known = groups.get(key);
        if (known) known.push(row);
        else groups.set(key, [row]);
    }
    for (const [key, members] of groups) {
        const group = addGroup(arranged, { key: `${by} ${key}`, kind: by, rows: members, open: true }, toggled);
        if (group.open) addRows(columns, arranged, members, fold && by !== 'login', toggled, group.key);
    }
    return arranged;
}

/** @param {Arranged} arranged @param {Group} group @param {Set<string>} toggled */
function addGroup(arranged, group, toggled) {
    if (toggled.has(group.key)) group.open = !group.open;
    arranged.items.push(-arranged.groups.length - 1);
    arranged.groups.push(group);
    return group;
}

/** @param {Columns} columns @param {Arranged} arranged @param {number[]} rows @param {boolean} fold @param {Set<string>} toggled @param {string} within */
function addRows(columns, arranged, rows, fold, toggled, within) {
    if (!fold) {
        for (const row of rows) arranged.items.push(row);
        return;
    }
    const conversations = columns.column('conversation');
    const healthy = new Map([...logins(columns, rows)].filter(([, members]) => isHealthy(columns, members)));
    for (const row of rows) {
        const members = healthy.get(conversations[row]);
        if (!members) arranged.items.push(row);
        else if (members[0] === row) {
            const group = addGroup(arranged, { key: `${within} healthy ${conversations[row]}`, kind: 'healthy', rows: members, open: false }, toggled);
            if (group.open) arranged.items.push(...members);
        }
    }
}
