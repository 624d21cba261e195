//! Known answers: the roots of Certificate Transparency's test tree, the signed note of the reference
//! implementation, and proofs against an independent crate.

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use ledger::{Checkpoint, Digest, Frontier, Signer, hash, proof};
use proptest::prelude::*;

/// The leaves and roots that Certificate Transparency implementations share.
const TREE: [(&[u8], &str); 8] = [
    (&[], "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
    (&[0], "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
    (&[0x10], "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
    (&[0x20, 0x21], "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"),
    (&[0x30, 0x31], "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"),
    (b"@ABC", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"),
    (b"PQRSTUVW", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"),
    (b"`abcdefghijklmno", "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
];

#[test]
fn roots_are_those_of_certificate_transparency() {
    let mut frontier = Frontier::default();
    assert_eq!(
        frontier.root().to_string(),
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "the empty tree"
    );
    for (size, (leaf, root)) in TREE.iter().enumerate() {
        frontier.push(hash::leaf(leaf));
        assert_eq!(frontier.root().to_string(), *root, "{} leaves", size + 1);
    }
}

#[test]
fn a_signed_note_is_the_one_of_the_reference_implementation() {
    // The example of Go's sumdb/note package; its private key is published there.
    let seed = [
        0x81, 0x0a, 0x14, 0x02, 0xd5, 0x14, 0x6c, 0x8d, 0x84, 0xf2, 0x44, 0x33, 0x30, 0xf5, 0x40, 0x80, 0xeb, 0xf9,
        0x8e, 0xe1, 0x7d, 0x9c, 0x74, 0xf6, 0x25, 0x2f, 0xc5, 0xd5, 0xc7, 0x28, 0x31, 0x73,
    ];
    let signer = Signer::new("PeterNeumann", &seed).expect("a good name");
    assert_eq!(signer.public(), "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
    let text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
    let signature = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=";
    assert_eq!(signer.sign(text), format!("{text}\n\u{2014} PeterNeumann {signature}\n"));
}

#[test]
fn a_checkpoint_reads_back() {
    let signer = Signer::new("clausule.example/cabinet", &[7; 32]).expect("a good name");
    let checkpoint = Checkpoint { origin: signer.name().to_owned(), size: 3, root: Digest::of(b"x") };
    let note = checkpoint.sign(&signer);
    assert_eq!(Checkpoint::read(&note), Some(checkpoint));
    assert!(Signer::new("two words", &[7; 32]).is_none());
    assert!(Signer::new("a+b", &[7; 32]).is_none());
}

fn leaves(n: usize) -> Vec<Digest> {
    (0..n).map(|i| hash::leaf(&i.to_be_bytes())).collect()
}

#[test]
fn every_proof_of_small_trees_holds_and_no_other() {
    for size in 1..=33 {
        let all = leaves(size);
        let root = Frontier::over(&all).root();
        for index in 0..size {
            let path = proof::inclusion(&all, index).expect("a leaf");
            let (at, of) = (index as u64, size as u64);
            assert!(proof::includes(&all[index], at, of, &path, &root), "{index} of {size}");
            assert!(!proof::includes(&hash::leaf(b"other"), at, of, &path, &root));
            assert!(!proof::includes(&all[index], at + 1, of, &path, &root), "{index} of {size} elsewhere");
        }
        for old in 1..=size {
            let path = proof::consistency(&all, old).expect("a beginning");
            let before = Frontier::over(&all[..old]).root();
            assert!(proof::consistent(old as u64, &before, size as u64, &root, &path), "{old} in {size}");
            let forged = Digest::of(b"forged");
            assert!(!proof::consistent(old as u64, &forged, size as u64, &root, &path), "{old} in {size} forged");
        }
    }
    assert_eq!(proof::inclusion(&leaves(3), 3), None);
    assert_eq!(proof::consistency(&leaves(3), 0), None);
}

#[test]
fn a_stored_edge_is_taken_up_again() {
    let mut whole = Frontier::default();
    for leaf in leaves(100) {
        let mut again = Frontier::from_parts(whole.size(), whole.peaks().to_vec()).expect("a fitting edge");
        again.push(leaf);
        whole.push(leaf);
        assert_eq!(again, whole);
    }
    assert_eq!(Frontier::from_parts(3, Vec::new()), None);
}

proptest! {
    #[test]
    fn roots_and_proofs_agree_with_ct_merkle(items in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 1..80), at in any::<prop::sample::Index>()) {
        let mut theirs = MemoryBackedTree::<sha2::Sha256, Vec<u8>>::new();
        items.iter().for_each(|i| theirs.push(i.clone()));
        let ours: Vec<Digest> = items.iter().map(|i| hash::leaf(i)).collect();
        let their_root = theirs.root();
        prop_assert_eq!(&Frontier::over(&ours).root().0[..], &their_root.as_bytes()[..]);
        let index = at.index(items.len());
        let path = proof::inclusion(&ours, index).expect("a leaf");
        let path: Vec<u8> = path.iter().flat_map(|d| d.0).collect();
        let their_path = theirs.prove_inclusion(index);
        prop_assert_eq!(&path[..], their_path.as_bytes());
        if index > 0 {
            let path = proof::consistency(&ours, index).expect("a beginning");
            let path: Vec<u8> = path.iter().flat_map(|d| d.0).collect();
            let their_path = theirs.prove_consistency(items.len() - index);
            prop_assert_eq!(&path[..], their_path.as_bytes());
        }
    }
}
