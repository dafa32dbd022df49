namespace DistTrain.Node.Commands;

/// <summary>What the ledger of a run proves.</summary>
/// <param name="Clean">Every sample of every finished epoch went into exactly one applied update.</param>
/// <param name="Records">Entries of the ledger that were read.</param>
/// <param name="Epochs">Whole epochs that were checked.</param>
/// <param name="Samples">Samples that were found applied, over all epochs.</param>
/// <param name="Problems">One line each: what is missing or twice, and where. Empty when clean.</param>
public sealed record AuditFindings(bool Clean, long Records, int Epochs, long Samples, IReadOnlyList<string> Problems);
