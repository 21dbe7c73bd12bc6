// Parts of the lines of code that a view offers to copy; course.arithmetic's torch_line() writes the same.

const both = ([height, width]) => (height === width ? `${height}` : `(${height}, ${width})`);
export const given = (name, pair, usual) => (pair.every((v) => v === usual) ? "" : `, ${name}=${both(pair)}`);
export const head = (word, { image, kernel }, size) => `nn.${word}(${image.length}, ${kernel.length}, kernel_size=${both(size)}`;
export const tail = ({ groups, bias }) => `${groups > 1 ? `, groups=${groups}` : ""}${bias.length ? "" : ", bias=False"}`;
