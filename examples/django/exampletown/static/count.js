// A script that counts visits. It reaches only visitors who accepted statistical cookies.
console.log("This visit is counted.");
