// Reads cases on standard input, answers each with what the page's arithmetic says, on standard output.
import { answer } from "./answer.mjs";
import { readFileSync } from "node:fs";
import * as correlate from "../../course/widgets/js/correlate.js";
import * as numbers from "../../course/widgets/js/numbers.js";
import * as torch from "../../course/widgets/js/torch.js";

const cases = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(cases.map((one) => answer(one, { ...correlate, ...numbers, ...torch }))));
