// What the connection map shows, before anything is drawn: for one origin the lanes of its connections, and at
// each exchange what the client believes and what the server knows. Facts from the columns only.

import { isFailure } from './groups.js';

/** @import { Columns } from './columns.js' */

export const NOBODY = 0, HANDSHAKE = -1; // a cell holds one of these, or the place of an identity in the words

/**
 * @typedef {object} Cell
 * @property {number} at index of the line that left it so
 * @property {number} known NOBODY, HANDSHAKE or a word
 *
 * @typedef {object} Lane one connection
 * @property {number} connection its number
 * @property {number} first index into `lines` of its first use
 * @property {number} last and of its last
 * @property {Cell[]} cells one for each change of what is known, in order
 *
 * @typedef {object} Line one exchange
 * @property {number} row in the columns
 * @property {Lane | null} client
 * @property {Lane | null} upstream
 * @property {number} believes what the client believes of its connection, at this exchange
 * @property {number} knows what the server knows of its own
 * @property {'' | 'break' | 'bleed' | 'free'} differ how the two ends differ
 *
 * @typedef {object} OriginMap
 * @property {Line[]} lines
 * @property {Lane[]} clients in order of first use
 * @property {Lane[]} upstreams
 */

/** Schemes whose login belongs to the connection (RFC 4559 1, MS-NTHT 1.1). @param {string} scheme */
const isConnectionBased = (scheme) => /^(ntlm|negotiate|kerberos)$/i.test(scheme);

/** The rows of one origin, in order. @param {Columns} columns @param {number} origin its place in the words */
export function rowsOf(columns, origin) {
    const rows = [], origins = columns.column('origin');
    for (let row = 0; row < columns.size; ++row) if (origins[row] === origin) rows.push(row);
    return rows;
}

/** One side's lanes. */
class Side {
    /** @type {Lane[]} */
    lanes = [];
    /** @type {Map<number, Lane>} */
    #byConnection = new Map();
    /** What each lane holds from its last exchange on. @type {Map<Lane, number>} */
    known = new Map();

    /** @param {number} connection @param {number} at index of the line */
    at(connection, at) {
        if (connection === 0) return null;
        let lane = this.#byConnection.get(connection);
        if (!lane) {
            lane = { connection, first: at, last: at, cells: [] };
            this.lanes.push(lane);
            this.#byConnection.set(connection, lane);
            this.known.set(lane, NOBODY);
        }
        lane.last = at;
        return lane;
    }
}

/**
 * What one end shows at an exchange, and what it keeps showing afterwards.
 * @param {Columns} columns @param {number} row @param {number} before @param {number} identity
 * @returns {[at: number, after: number]}
 */
function standing(columns, row, before, identity) {
    if (!identity && before === NOBODY && !columns.number('scheme', row)) return [NOBODY, NOBODY]; // as most exchanges are
    const leg = columns.word('leg', row);
    let at = NOBODY;
    if (leg === 'negotiate') at = HANDSHAKE;
    else if (identity) at = identity;
    else if (leg === 'authenticate') at = HANDSHAKE;
    else if (before > 0) at = before;
    // What one request alone brought (Basic, Digest) says nothing about the next one.
    const stays = at <= 0 || leg !== 'single' || isConnectionBased(columns.word('scheme', row));
    return [at, stays ? at : NOBODY];
}

/** @param {Columns} columns @param {number} row */
const isRefused = (columns, row) => columns.number('status', row) === 401 || columns.number('status', row) === 407;

/** @param {Columns} columns @param {number[]} rows @returns {OriginMap} */
export function mapOf(columns, rows) {
    const clients = new Side(), upstreams = new Side();
    /** @type {Line[]} */
    const lines = [];
    rows.forEach((row, index) => {
        const client = clients.at(columns.number('client', row), index);
        const upstream = upstreams.at(columns.number('upstream', row), index);
        const believes = step(columns, row, index, clients, client, columns.number('client_identity', row));
        const knows = step(columns, row, index, upstreams, upstream, columns.number('identity', row), true);
        lines.push({ row, client, upstream, believes, knows, differ: difference(columns, row, believes, knows) });
    });
    return { lines, clients: clients.lanes, upstreams: upstreams.lanes };
}

/**
 * Moves one lane on by one exchange; returns what it shows there.
 * @param {Columns} columns @param {number} row @param {number} index of its line @param {Side} side @param {Lane | null} lane @param {number} identity
 * @param {boolean} [isServer] it told what it knows: who is refused without having tried is nobody to it
 */
function step(columns, row, index, side, lane, identity, isServer = false) {
    if (!lane) return identity;
    const before = side.known.get(lane) ?? NOBODY;
    let [at, after] = standing(columns, row, before, identity);
    if (isRefused(columns, row)) {
        if (columns.word('leg', row) === 'authenticate') after = NOBODY;
        if (isServer && !identity && at > 0) at = after = NOBODY;
    }
    side.known.set(lane, after);
    if (lane.cells.length === 0 || lane.cells[lane.cells.length - 1].known !== after) lane.cells.push({ at: index, known: after });
    return at;
}

/** Only where both ends are certain of something does a difference mean anything. @param {Columns} columns @param {number} row @param {number} believes @param {number} knows */
function difference(columns, row, believes, knows) {
    if (!isFailure(columns.word('finding', row)) || believes === HANDSHAKE || knows === HANDSHAKE || believes === knows) return '';
    if (believes > 0 && knows > 0) return 'bleed';
    return believes > 0 ? 'break' : 'free';
}

/** Who are named A, B, C: in the order in which they first show up anywhere. @param {Columns} columns @returns {Map<number, number>} word to its number from 0 */
export function identitiesOf(columns) {
    const order = new Map();
    const client = columns.column('client_identity'), server = columns.column('identity');
    for (let row = 0; row < columns.size; ++row) {
        if (client[row] && !order.has(client[row])) order.set(client[row], order.size);
        if (server[row] && !order.has(server[row])) order.set(server[row], order.size);
    }
    return order;
}

/** A, B ... Z, then A2 and so on. @param {number} number from 0 */
export const letterOf = (number) => String.fromCharCode(65 + (number % 26)) + (number < 26 ? '' : String(Math.floor(number / 26) + 1));
