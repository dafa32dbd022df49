using System.Runtime.Intrinsics;

namespace DistTrain.Training.Engines.Torch;

/// <summary>
/// Maximum over windows of 2 x 2 in planes of even height and width. Ties and NaN fall as in PyTorch: the first
/// largest in row order wins, and NaN above all, so values and gradients are those of
/// <c>max_pool2d</c>, and the same bits on every processor.
/// </summary>
internal static unsafe class MaximumPooling
{
    /// <summary>Outputs of one vector operation.</summary>
    private const int Lanes = 4;

    /// <summary>0 2 4 6 | 1 3 5 7: left and right column of four windows.</summary>
    private static Vector256<int> Unzip => Vector256.Create(0, 2, 4, 6, 1, 3, 5, 7);

    private static Vector256<int> Zip => Vector256.Create(0, 4, 1, 5, 2, 6, 3, 7);

    /// <param name="input">planes x height x width.</param>
    /// <param name="output">planes x height/2 x width/2.</param>
    /// <param name="winners">For each output, which of its window was largest: 0 1 over 2 3.</param>
    public static void Forward(float* input, float* output, int* winners, long planes, int height, int width)
    {
        int half = width / 2;
        float* window = stackalloc float[4];
        for (long row = 0; row < planes * (height / 2); row++)
        {
            float* upper = input + (row * 2 * width);
            float* lower = upper + width;
            int x = 0;
            while (x < half && half >= Lanes)
            {
                // The last vector of a row steps back over outputs that it computes once more, to the same values.
                x = Math.Min(x, half - Lanes);
                Vector256<float> top = Vector256.Shuffle(Vector256.Load(upper + (2 * x)), Unzip);
                Vector256<float> bottom = Vector256.Shuffle(Vector256.Load(lower + (2 * x)), Unzip);
                Vector128<float> largest = top.GetLower();
                Vector128<int> winner = Vector128<int>.Zero;
                Challenge(top.GetUpper(), 1, ref largest, ref winner);
                Challenge(bottom.GetLower(), 2, ref largest, ref winner);
                Challenge(bottom.GetUpper(), 3, ref largest, ref winner);
                largest.Store(output + (row * half) + x);
                winner.Store(winners + (row * half) + x);
                x += Lanes;
            }

            for (; x < half; x++)
            {
                int winner = 0;
                for (int k = 0; k < 4; k++)
                {
                    window[k] = (k < 2 ? upper : lower)[(2 * x) + (k % 2)];
                    winner = window[k] > window[winner] || float.IsNaN(window[k]) ? k : winner;
                }

                output[(row * half) + x] = window[winner];
                winners[(row * half) + x] = winner;
            }
        }
    }

    /// <param name="gradient">Of the outputs.</param>
    /// <param name="inputGradient">Wholly overwritten: the gradient at each winner, else zero.</param>
    public static void Backward(float* gradient, int* winners, float* inputGradient, long planes, int height, int width)
    {
        int half = width / 2;
        float* window = stackalloc float[4];
        for (long row = 0; row < planes * (height / 2); row++)
        {
            float* upper = inputGradient + (row * 2 * width);
            float* lower = upper + width;
            int x = 0;
            while (x < half && half >= Lanes)
            {
                x = Math.Min(x, half - Lanes);
                Vector128<float> value = Vector128.Load(gradient + (row * half) + x);
                Vector128<int> winner = Vector128.Load(winners + (row * half) + x);
                Vector256.Shuffle(Vector256.Create(Of(0), Of(1)), Zip).Store(upper + (2 * x));
                Vector256.Shuffle(Vector256.Create(Of(2), Of(3)), Zip).Store(lower + (2 * x));
                x += Lanes;

                Vector128<float> Of(int k) => Vector128.Equals(winner, Vector128.Create(k)).AsSingle() & value;
            }

            for (; x < half; x++)
            {
                float value = gradient[(row * half) + x];
                int winner = winners[(row * half) + x];
                upper[2 * x] = winner == 0 ? value : 0;
                upper[(2 * x) + 1] = winner == 1 ? value : 0;
                lower[2 * x] = winner == 2 ? value : 0;
                lower[(2 * x) + 1] = winner == 3 ? value : 0;
            }
        }
    }

    private static void Challenge(Vector128<float> candidate, int index, ref Vector128<float> largest, ref Vector128<int> winner)
    {
        Vector128<float> wins = Vector128.GreaterThan(candidate, largest) | ~Vector128.Equals(candidate, candidate);
        largest = Vector128.ConditionalSelect(wins, candidate, largest);
        winner = Vector128.ConditionalSelect(wins.AsInt32(), Vector128.Create(index), winner);
    }
}
