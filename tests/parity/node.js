// The npm package, in Node.

import { call } from "../../pkg/node.js";
import { answerAll } from "./hosts.js";

await answerAll(call);
