// What the API says (docs: contract of the JSON), as types for the checker. No code.

/**
 * @typedef {object} Substatus
 * @property {string} value
 * @property {string} basis
 * @property {string} confidence
 *
 * @typedef {object} Exchange
 * @property {number} id
 * @property {string | null} client_connection
 * @property {string | null} upstream_connection
 * @property {string} method
 * @property {string} url
 * @property {number} status
 * @property {Substatus | null} substatus
 * @property {string | null} scheme
 * @property {string} leg
 * @property {string | null} client_identity
 * @property {string | null} identity
 * @property {string | null} finding
 * @property {number | null} conversation
 * @property {string} time
 * @property {number | null} duration_ms
 * @property {string} outcome
 * @property {string | null} policy
 *
 * @typedef {object} Evidence
 * @property {number} exchange
 * @property {string} at
 * @property {[number, number]} bytes
 * @property {string} says
 *
 * @typedef {object} Finding
 * @property {number} id
 * @property {string} rule
 * @property {'failure' | 'posture'} kind
 * @property {'critical' | 'error' | 'warning' | 'info'} severity
 * @property {'certain' | 'likely' | 'possible'} confidence
 * @property {string} title
 * @property {string} because
 * @property {string} culprit
 * @property {number} exchange
 * @property {number | null} conversation
 * @property {Evidence[]} evidence
 * @property {string[]} ruled_out
 * @property {string[]} not_visible
 * @property {string} consequence
 * @property {string[]} fix
 * @property {string[]} sources
 *
 * @typedef {object} Summary
 * @property {number} exchanges
 * @property {number} conversations
 * @property {number} status_401
 * @property {number} normal_401
 * @property {number} explained_401
 * @property {number} unexplained_401
 *
 * @typedef {object} Status
 * @property {string} why401
 * @property {string | null} proxy
 * @property {string[]} listen
 * @property {string | null} lab
 * @property {string | null} capture
 * @property {boolean} recording
 * @property {number} not_recorded
 * @property {string} policy
 * @property {string[]} faults
 * @property {Summary} summary
 * @property {number} last_event
 *
 * @typedef {object} LiveEvent
 * @property {number} seq
 * @property {string} type
 * @property {any} data
 */
export {};
