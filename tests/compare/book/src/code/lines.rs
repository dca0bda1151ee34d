fn main() {
    // ANCHOR: greet
    println!("hello");
    // ANCHOR_END: greet
    let x = 1;
    # [test]
}
