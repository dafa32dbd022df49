using System.Runtime.CompilerServices;

namespace DistTrain.Training.Randomness;

/// <summary>
/// Philox4x64-10 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", SC 2011): 256 random bits from a
/// counter and a key, without a state. Whoever asks for the same counter gets the same bits, in any order. Integers only.
/// </summary>
internal static class Philox
{
    private const int Rounds = 10;
    private const ulong MultiplierA = 0xd2e7470ee14c6c93;
    private const ulong MultiplierB = 0xca5a826395121157;
    private const ulong WeylA = 0x9e3779b97f4a7c15;
    private const ulong WeylB = 0xbb67ae8584caa73b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (ulong A, ulong B, ulong C, ulong D) Block(ulong a, ulong b, ulong c, ulong d, ulong keyA, ulong keyB)
    {
        for (int round = 0; round < Rounds; round++, keyA += WeylA, keyB += WeylB)
        {
            ulong highA = Math.BigMul(MultiplierA, a, out ulong lowA);
            ulong highB = Math.BigMul(MultiplierB, c, out ulong lowB);
            (a, b, c, d) = (highB ^ b ^ keyA, lowB, highA ^ d ^ keyB, lowA);
        }

        return (a, b, c, d);
    }
}
