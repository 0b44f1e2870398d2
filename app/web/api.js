// Asks the local API. A refusal is thrown as the sentence that the API gave for it.

/** @import { CaptureList, Connection, Exchange, ExchangeColumns, ExchangeDetail, FaultList, Finding, PolicyList, Status, Switch } from './types.js' */

const NOT_OURS = 'This page does not know the token of the run that answers here: open the address that it printed when it started, ' +
    'the one with #token= in it. `why401 proxy` prints it in its terminal.';

/** The capture that is looked at; 0: the run itself. */
let capture = 0;
/** @param {number} number */
export function lookAt(number) {
    capture = number;
}

/**
 * @param {string} path
 * @param {RequestInit} [how]
 */
async function ask(path, how) {
    /** @type {Response} */
    let response;
    try {
        response = await fetch(path, how);
    } catch {
        throw new Error('The proxy is not running any more. This page goes on when it is back.');
    }
    if (response.status === 401 && path !== '/api/v1/session') throw new Error(NOT_OURS);
    if (!response.ok) throw new Error((await response.text()).trim());
    return response;
}

/** @param {string} path @param {Record<string, string | number>} [query] */
async function get(path, query = {}) {
    const words = new URLSearchParams();
    for (const [name, value] of Object.entries(capture ? { ...query, capture } : query)) if (value !== '') words.set(name, String(value));
    const text = words.toString();
    return (await ask(`/api/v1/${path}${text && '?'}${text}`)).json();
}

/**
 * @param {string} path
 * @param {'PUT' | 'POST'} method
 * @param {object} body
 */
const send = async (path, method, body) =>
    ask(`/api/v1/${path}`, { method, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });

/** Trades the token that stands in the page's address, once, for a cookie; the address forgets it. */
export async function openSession() {
    const token = location.hash.match(/^#(?:token|t)=([0-9a-f]+)$/);
    if (!token) return;
    history.replaceState(null, '', location.pathname);
    await send('session', 'POST', { token: token[1] });
}

/** @returns {Promise<Status>} */
export const getStatus = () => get('status');

const MOST_FINDINGS = 2000; // failures, and as many notes: the newest

/** @returns {Promise<Finding[]>} */
export const getFindings = async () => (await get('findings', { limit: MOST_FINDINGS })).findings;

/** @param {number} exchange @returns {Promise<Finding[]>} */
export const getFindingsOf = async (exchange) => (await get('findings', { exchange })).findings;

/** @param {{ after?: number, filter?: string, ids?: string }} query @returns {Promise<ExchangeColumns>} */
export const getList = (query) => get('list', query);

/** @param {number[]} ids @returns {Promise<Exchange[]>} */
export const getExchanges = async (ids) => (await get('exchanges', { ids: ids.join(',') })).exchanges;

/** @param {number} id @returns {Promise<ExchangeDetail>} */
export const getExchange = (id) => get(`exchanges/${id}`);

/** @param {string[]} ids @returns {Promise<Connection[]>} */
export const getConnections = async (ids) => (await get('connections', { ids: ids.join(',') })).connections;

/** @returns {Promise<Switch[]>} */
export const getSwitches = async () => (await get('switches')).switches;

/** @returns {Promise<PolicyList>} */
export const getPolicies = () => get('policy');

/** @returns {Promise<FaultList>} */
export const getFaults = () => get('faults');

/** @param {string} policy */
export const putPolicy = (policy) => send('policy', 'PUT', { policy });

/** @param {string[]} enabled */
export const putFaults = (enabled) => send('faults', 'PUT', { enabled });

/** A list that is left out stays as it is. @param {{ intercept?: string[], tunnel?: string[] }} change */
export const putInterception = (change) => send('interception', 'PUT', change);

/** @param {string} host @param {string} sha256 */
export const acceptCertificate = (host, sha256) => send('exceptions', 'POST', { host, sha256 });

export const playDemo = () => send('lab/demo', 'POST', {});

/** @returns {Promise<CaptureList>} */
export const getCaptures = () => get('captures');

/** @param {{ name?: string, path?: string }} which @returns {Promise<{ id: number, name: string }>} */
export const openCapture = async (which) => (await send('captures', 'POST', which)).json();

/** @param {File} file @returns {Promise<{ id: number, name: string }>} */
export const uploadCapture = async (file) => (await ask(`/api/v1/captures?name=${encodeURIComponent(file.name)}`, {
    method: 'POST', headers: { 'Content-Type': 'application/octet-stream' }, body: file,
})).json();
